using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights.Naming;

namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>Reads weight files of every format, told apart by their content, and writes safetensors.</summary>
internal static class WeightsFile
{
    /// <summary>The longest file that is read; MobileNetV2 in float32 has 14 MB.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Reads the weights of a catalog model from its bytes, whose SHA-256 must be the catalog's.</summary>
    public static MobileNetV2Weights Read(PretrainedModel model, string source, ReadOnlyMemory<byte> file)
    {
        string sha256 = FileHash.Of(file.Span);
        if (!FileHash.AreEqual(sha256, model.Sha256))
        {
            throw new WeightsFormatException(source, $"its SHA-256 is {sha256}; the catalog's '{model.Name}' has {model.Sha256}.");
        }

        return new(model.Name, Parse(source, file).Tensors, model.Preprocessing, model.Padding, sha256);
    }

    /// <summary>Reads a file of the user's.</summary>
    /// <param name="path">Its path, whose last part becomes the name of the weights: models carry it to other machines.</param>
    /// <param name="preprocessing">
    /// How photos must be prepared; null takes the catalog's record for a file that the catalog knows, then the file's own metadata,
    /// then what the project trains with whose names the tensors have, then the defaults of <see cref="ImagePreprocessing"/>.
    /// </param>
    /// <param name="padding">The padding; null takes what the format, the file's metadata or the naming of its tensors says.</param>
    public static MobileNetV2Weights Read(string path, ImagePreprocessing? preprocessing, PaddingFlavor? padding)
    {
        byte[] file = BoundedFile.Read(path, MaxLength);
        string sha256 = FileHash.Of(file);
        PretrainedModel? known = PretrainedModels.All.FirstOrDefault(model => model.Sha256 == sha256);
        SafetensorsFile content = Parse(path, file);
        TensorNaming? naming = TensorNaming.All.FirstOrDefault(naming => naming.IsOf(content.Tensors));
        return new(
            Path.GetFileName(path),
            naming is null ? content.Tensors : BatchNormFolding.Fold(path, content.Tensors, naming),
            preprocessing ?? known?.Preprocessing ?? WeightsMetadata.ReadPreprocessing(path, content.Metadata)
                ?? naming?.Preprocessing ?? new ImagePreprocessing(),
            padding ?? WeightsMetadata.ReadPadding(path, content.Metadata) ?? naming?.Padding ?? throw new WeightsFormatException(
                path, $"its metadata does not name the '{WeightsMetadata.Padding}' of stride-2 convolutions; name it where you name the file."),
            sha256);
    }

    /// <summary>Writes weights with their preprocessing and padding, so that reading the file gives the same again.</summary>
    /// <param name="path">Where to; a file there is replaced.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="type">F32, or F16, to which values are rounded.</param>
    public static void Write(string path, MobileNetV2Weights weights, SafetensorsType type)
    {
        Dictionary<string, string> metadata = WeightsMetadata.Write(weights.Padding, weights.Preprocessing);
        BoundedFile.Write(path, stream => SafetensorsWriter.Write(stream, weights.Tensors, metadata, type));
    }

    private static SafetensorsFile Parse(string source, ReadOnlyMemory<byte> file)
    {
        if (TfLiteReader.Recognizes(file.Span))
        {
            var padding = new Dictionary<string, string> { [WeightsMetadata.Padding] = nameof(PaddingFlavor.TensorFlowSame) };
            return new(TfLiteReader.Read(source, file), padding);
        }

        return SafetensorsReader.Recognizes(file.Span)
            ? SafetensorsReader.Read(source, file)
            : throw new WeightsFormatException(source, "it is neither a TFLite nor a safetensors file.");
    }
}

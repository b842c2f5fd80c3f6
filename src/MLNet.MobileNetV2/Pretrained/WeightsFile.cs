using System.Collections.Frozen;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Naming;
using MLNet.MobileNetV2.WeightsImport.Onnx;
using MLNet.MobileNetV2.WeightsImport.Recognition;
using MLNet.MobileNetV2.WeightsImport.TfJs;
using MLNet.MobileNetV2.WeightsImport.TfLite;
using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>Reads weight files of every format, recognised by their content.</summary>
internal static class WeightsFile
{
    /// <summary>The longest file that is read; MobileNetV2 1.0 in float32 has 14 MB.</summary>
    public const int MaxLength = 256 * 1024 * 1024;

    /// <summary>Reads the weights of a catalog model from its bytes, whose SHA-256 must be the catalog's.</summary>
    public static MobileNetV2Weights Read(PretrainedModel model, string source, ReadOnlyMemory<byte> file)
    {
        string sha256 = FileHash.Of(file.Span);
        if (!FileHash.AreEqual(sha256, model.Sha256))
        {
            throw new WeightsFormatException(source, $"its SHA-256 is {sha256}; the catalog's '{model.Name}' has {model.Sha256}.");
        }

        NetworkContent content = Parse(source, file, new WeightsFileOptions { Padding = model.Padding });
        return new(model.Name, content.Architecture, content.Tensors, model.Preprocessing, sha256, content.BatchNormEpsilon);
    }

    /// <summary>Reads a file of the user's.</summary>
    /// <param name="path">Its path, whose last part becomes the name of the weights: models carry it to other machines.</param>
    /// <param name="options">What the file does not say.</param>
    public static MobileNetV2Weights Read(string path, WeightsFileOptions options)
    {
        byte[] file = BoundedFile.Read(path, MaxLength);
        (NetworkContent content, string sha256) = TfJsReader.Recognizes(file)
            ? ReadTfJs(path, file, options)
            : (Parse(path, file, options), FileHash.Of(file));
        PretrainedModel? known = PretrainedModels.All.FirstOrDefault(model => model.Sha256 == sha256);
        var weights = new MobileNetV2Weights(
            Path.GetFileName(path),
            content.Architecture,
            content.Tensors,
            options.Preprocessing ?? known?.Preprocessing ?? content.Preprocessing,
            sha256,
            options.BatchNormEpsilon ?? content.BatchNormEpsilon);
        return options.BatchNorm is { } form ? weights.WithBatchNorm(form) : weights;
    }

    /// <summary>Reads the weights of a segmentation network of the catalog, whose SHA-256 must be the catalog's.</summary>
    public static SegmentationWeights ReadSegmentation(PretrainedSegmenter model, string path)
    {
        byte[] file = BoundedFile.Read(path, MaxLength);
        string sha256 = FileHash.Of(file);
        return FileHash.AreEqual(sha256, model.Sha256)
            ? TfLiteReader.ReadSegmentation(path, model.Name, file)
            : throw new WeightsFormatException(path, $"its SHA-256 is {sha256}; the catalog's '{model.Name}' has {model.Sha256}.");
    }

    /// <summary>Reads a segmentation network of the user's from a TFLite file.</summary>
    public static SegmentationWeights ReadSegmentation(string path)
    {
        byte[] file = BoundedFile.Read(path, MaxLength);
        return TfLiteReader.Recognizes(file)
            ? TfLiteReader.ReadSegmentation(path, Path.GetFileName(path), file)
            : throw new WeightsFormatException(path, "its format is not supported; segmentation networks are read from TFLite files.");
    }

    // Its shards are found by its path, and are part of its SHA-256.
    private static (NetworkContent Content, string Sha256) ReadTfJs(string path, ReadOnlyMemory<byte> model, WeightsFileOptions options)
    {
        TfJsFile file = TfJsReader.Read(path, model);
        NetworkContent content = TensorFlowTensors.Read(path, file.Tensors, options);
        return (file.Side is { } side ? content with { Preprocessing = content.Preprocessing with { Size = side } } : content, file.Sha256);
    }

    private static NetworkContent Parse(string source, ReadOnlyMemory<byte> file, WeightsFileOptions options)
    {
        if (TfLiteReader.Recognizes(file.Span))
        {
            return TfLiteReader.Read(source, file, options);
        }

        if (SafetensorsReader.Recognizes(file.Span))
        {
            SafetensorsFile content = SafetensorsReader.Read(source, file);
            return NamedTensors.Read(source, content.Tensors, content.Metadata, naming: null, options);
        }

        if (OnnxReader.Recognizes(file.Span))
        {
            return OnnxReader.Read(source, file, options);
        }

        if (TorchReader.Recognizes(file.Span))
        {
            return NamedTensors.Read(
                source, TorchReader.Read(source, file), FrozenDictionary<string, string>.Empty, naming: null, options);
        }

        throw new WeightsFormatException(
            source, "its format is not supported; safetensors, ONNX, TFLite, PyTorch's .pth and TF.js's model.json are.");
    }
}

using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2;

/// <summary>
/// One trained network of the segmentation catalog: DeepLabv3 on MobileNetV2, which has no features for a classifier. Immutable and
/// thread-safe.
/// </summary>
public sealed class PretrainedSegmenter
{
    internal PretrainedSegmenter(string name, RemoteFile file)
    {
        Name = name;
        WeightsFile = file;
    }

    /// <summary>
    /// Width 1, trained on Pascal VOC 2012 at 513 x 513 with quantisation in mind, uint8 a tensor, read as float32: 20 classes and the
    /// background.
    /// </summary>
    public static PretrainedSegmenter Voc { get; } = new("voc", PretrainedModels.Coral(
        "deeplabv3_mnv2_pascal_quant.tflite", 2_193_224, "350af47fd346ea6d74b58833a351f583ba860e9806ec5bd292ff8d8f1f249398"));

    /// <summary>The same of width 0.5: smaller, faster and less exact.</summary>
    public static PretrainedSegmenter VocHalf { get; } = new("voc-0.5", PretrainedModels.Coral(
        "deeplabv3_mnv2_dm05_pascal_quant.tflite", 760_904, "0470d2a782aa54eeeb99d32e7b6b3fb7722905c7c4f5d26bd957ec861366d48b"));

    /// <summary>Every network, the default one first.</summary>
    public static IReadOnlyList<PretrainedSegmenter> All { get; } = [Voc, VocHalf];

    /// <summary>Its name on the command line and in metadata, for example <c>voc</c>.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of its file, in lower-case hex.</summary>
    public string Sha256 => WeightsFile.Sha256;

    /// <summary>SPDX identifier of the licence of the weights.</summary>
    public string License { get; } = "Apache-2.0";

    /// <summary>Who published the weights, and which version.</summary>
    public string Source { get; } = PretrainedModels.CoralSource;

    /// <summary>Names of its classes, the background first.</summary>
    public IReadOnlyList<string> Labels { get; internal init; } = VocLabels.All;

    /// <summary>The file with the weights.</summary>
    internal RemoteFile WeightsFile { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

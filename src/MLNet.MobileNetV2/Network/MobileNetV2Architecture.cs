namespace MLNet.MobileNetV2.Network;

/// <summary>MobileNetV2 1.0 at 224 x 224 as data: the paper's table 2 and the layers that follow from it (arXiv 1801.04381).</summary>
/// <remarks>Layers are named as in torchvision's <c>mobilenet_v2</c>. Immutable and thread-safe.</remarks>
public static class MobileNetV2Architecture
{
    /// <summary>Number of features: the channels of the last convolution, averaged over the picture.</summary>
    public const int FeatureCount = 1280;

    /// <summary>Name of the classifier's tensors in torchvision's naming.</summary>
    public const string ClassifierName = "classifier.1";

    private const int StemChannels = 32;

    /// <summary>The stage table: t, c, n, s.</summary>
    public static IReadOnlyList<InvertedResidualSetting> Stages { get; } =
    [
        new(1, 16, 1, 1),
        new(6, 24, 2, 2),
        new(6, 32, 3, 2),
        new(6, 64, 4, 2),
        new(6, 96, 3, 1),
        new(6, 160, 3, 2),
        new(6, 320, 1, 1),
    ];

    /// <summary>The first convolution: 3x3, stride 2.</summary>
    public static ConvolutionLayer Stem { get; } = new("features.0.0", 3, StemChannels, 3, 2, 1, HasReLU6: true);

    /// <summary>The inverted residual blocks, first to last.</summary>
    public static IReadOnlyList<InvertedResidualBlock> Blocks { get; } = BuildBlocks();

    /// <summary>The last 1x1 convolution, whose output is averaged to the features.</summary>
    public static ConvolutionLayer Head { get; } =
        new($"features.{Blocks.Count + 1}.0", Stages[^1].Channels, FeatureCount, 1, 1, 1, HasReLU6: true);

    /// <summary>Every convolution in the order in which it runs.</summary>
    public static IEnumerable<ConvolutionLayer> Convolutions()
    {
        yield return Stem;
        foreach (InvertedResidualBlock block in Blocks)
        {
            if (block.Expansion is not null)
            {
                yield return block.Expansion;
            }

            yield return block.Depthwise;
            yield return block.Projection;
        }

        yield return Head;
    }

    private static List<InvertedResidualBlock> BuildBlocks()
    {
        var blocks = new List<InvertedResidualBlock>();
        int input = StemChannels;
        foreach (InvertedResidualSetting stage in Stages)
        {
            for (int repeat = 0; repeat < stage.Repeats; repeat++)
            {
                int stride = repeat == 0 ? stage.Stride : 1;
                blocks.Add(BuildBlock($"features.{blocks.Count + 1}", input, stage.Channels, stage.ExpansionFactor, stride));
                input = stage.Channels;
            }
        }

        return blocks;
    }

    private static InvertedResidualBlock BuildBlock(string name, int input, int output, int expansionFactor, int stride)
    {
        int hidden = input * expansionFactor;
        bool expands = expansionFactor != 1;
        string depthwiseName = expands ? $"{name}.conv.1.0" : $"{name}.conv.0.0";
        string projectionName = expands ? $"{name}.conv.2" : $"{name}.conv.1";
        return new(
            name,
            expands ? new($"{name}.conv.0.0", input, hidden, 1, 1, 1, HasReLU6: true) : null,
            new(depthwiseName, hidden, hidden, 3, stride, hidden, HasReLU6: true),
            new(projectionName, hidden, output, 1, 1, 1, HasReLU6: false),
            HasShortcut: stride == 1 && input == output);
    }
}

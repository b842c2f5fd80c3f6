using System.Globalization;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>MobileNetV2 as data: the paper's table 2 and the layers that follow from it (arXiv 1801.04381).</summary>
/// <remarks>Layers are named as in torchvision's <c>mobilenet_v2</c>. Immutable and thread-safe.</remarks>
public sealed class MobileNetV2Architecture
{
    /// <summary>Number of features of the default network: the channels of its last convolution.</summary>
    public const int DefaultFeatureCount = 1280;

    /// <summary>Name of the classifier's tensors in torchvision's naming.</summary>
    internal const string ClassifierName = "classifier.1";

    /// <summary>The most inverted residuals of a network that is read from a file: far beyond any published one.</summary>
    internal const int MaxBlocks = 1000;

    private const int StemChannels = 32;
    private const int StageCount = 7;
    private const int ResolutionStep = 32;
    private const int DefaultOutputStride = 32;

    /// <summary>Makes a network.</summary>
    /// <param name="numClasses">Number of classes of the classifier; 0 for a network that ends at the features. Default: 1000.</param>
    /// <param name="widthMultiplier">Multiplies the channels of every layer, above 0. Default: 1.</param>
    /// <param name="invertedResidualSettings">The stage table of seven rows; null for the paper's, <see cref="PaperStages"/>.</param>
    /// <param name="roundNearest">Channels are rounded to multiples of this, from 1 up. Default: 8.</param>
    /// <param name="dropout">Fraction of features that training drops before the classifier, from 0 to below 1. Default: 0.2.</param>
    /// <param name="resolution">Side of the input in pixels, a multiple of 32 from 32 up. Default: 224.</param>
    /// <param name="padding">Padding of the 3x3 convolutions of stride 2. Default: <see cref="PaddingFlavor.PyTorchSymmetric"/>.</param>
    /// <param name="outputStride">
    /// How many times smaller than the image the last map is at least: 8 or 16, where strides beyond become dilation, so that the same
    /// weights give a finer map (arXiv 1801.04381, section 6.3); 32 takes the strides of the stage table as they are. Default: 32.
    /// </param>
    /// <exception cref="ArgumentException">A value is not allowed; the message says what was given and what is allowed.</exception>
    public MobileNetV2Architecture(
        int numClasses = 1000,
        double widthMultiplier = 1.0,
        IReadOnlyList<InvertedResidualSetting>? invertedResidualSettings = null,
        int roundNearest = 8,
        double dropout = 0.2,
        int resolution = 224,
        PaddingFlavor padding = PaddingFlavor.PyTorchSymmetric,
        int outputStride = DefaultOutputStride)
    {
        Require.AtLeast(0, numClasses);
        Require.Positive(widthMultiplier);
        Require.AtLeast(1, roundNearest);
        Require.That(dropout is >= 0 and < 1, dropout, "from 0 to below 1");
        Require.That(IsResolution(resolution), resolution, $"a multiple of {ResolutionStep} from {ResolutionStep} up");
        Require.Defined(padding);
        Require.That(outputStride is 8 or 16 or DefaultOutputStride, outputStride, "8, 16 or 32");
        Stages = [.. invertedResidualSettings ?? PaperStages];
        CheckStages(Stages);
        NumClasses = numClasses;
        WidthMultiplier = widthMultiplier;
        RoundNearest = roundNearest;
        Dropout = dropout;
        Resolution = resolution;
        Padding = padding;
        OutputStride = outputStride;
        int strideLimit = HasOwnStrides ? int.MaxValue : outputStride;
        try
        {
            int stem = Scale(StemChannels);
            Stem = new ConvolutionLayer("features.0.0", 3, stem, 3, 2, 1, Activation.ReLU6);
            Blocks = InvertedResidualBlocks.Build(Stages, stem, Scale, strideLimit);
            FeatureCount = ChannelRounding.Round(DefaultFeatureCount * Math.Max(1, widthMultiplier), roundNearest);
        }
        catch (OverflowException error)
        {
            throw new ArgumentException("The stage table and the width multiplier give more channels than 32 bits can count.", error);
        }

        LastConvolution = new ConvolutionLayer(
            $"features.{Blocks.Count + 1}.0", Blocks[^1].Projection.OutputChannels, FeatureCount, 1, 1, 1, Activation.ReLU6);
    }

    /// <summary>The paper's table 2: t, c, n, s.</summary>
    public static IReadOnlyList<InvertedResidualSetting> PaperStages { get; } =
    [
        new(1, 16, 1, 1),
        new(6, 24, 2, 2),
        new(6, 32, 3, 2),
        new(6, 64, 4, 2),
        new(6, 96, 3, 1),
        new(6, 160, 3, 2),
        new(6, 320, 1, 1),
    ];

    /// <summary>MobileNetV2 1.0 at 224 x 224 with 1000 classes.</summary>
    public static MobileNetV2Architecture Default { get; } = new();

    /// <summary>Number of classes of the classifier; 0 where the network ends at the features.</summary>
    public int NumClasses { get; }

    /// <summary>Multiplier of the channels of every layer.</summary>
    public double WidthMultiplier { get; }

    /// <summary>Channels are multiples of this.</summary>
    public int RoundNearest { get; }

    /// <summary>Fraction of features that training drops before the classifier.</summary>
    public double Dropout { get; }

    /// <summary>Side of the input in pixels.</summary>
    public int Resolution { get; }

    /// <summary>Padding of the 3x3 convolutions of stride 2.</summary>
    public PaddingFlavor Padding { get; }

    /// <summary>8 or 16 where strides beyond are dilation instead; 32 where the strides are those of the stage table.</summary>
    public int OutputStride { get; }

    /// <summary>Whether no stride became dilation.</summary>
    internal bool HasOwnStrides => OutputStride == DefaultOutputStride;

    /// <summary>The stage table: t, c, n, s, before the width multiplier.</summary>
    public IReadOnlyList<InvertedResidualSetting> Stages { get; }

    /// <summary>The first convolution: 3x3, stride 2.</summary>
    internal ConvolutionLayer Stem { get; }

    /// <summary>The inverted residual blocks, first to last.</summary>
    internal IReadOnlyList<InvertedResidualBlock> Blocks { get; }

    /// <summary>The last 1x1 convolution, whose output is averaged to the features.</summary>
    internal ConvolutionLayer LastConvolution { get; }

    /// <summary>Number of features: 1280 x max(1, width multiplier), rounded.</summary>
    public int FeatureCount { get; }

    /// <summary>Every convolution in the order in which it runs.</summary>
    internal IEnumerable<ConvolutionLayer> Convolutions() => [Stem, .. Blocks.SelectMany(block => block.Convolutions()), LastConvolution];

    /// <summary>The same network with a classifier of another number of classes.</summary>
    /// <param name="numClasses">Number of classes; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public MobileNetV2Architecture ResetClassifier(int numClasses) =>
        numClasses == NumClasses ? this : With(numClasses, Resolution, Padding);

    /// <summary>The channels of a layer beside the backbone, as the width multiplier and the rounding make them.</summary>
    internal int Scale(int channels) => ChannelRounding.Round(channels * WidthMultiplier, RoundNearest);

    /// <summary>The settings in short, for messages.</summary>
    public override string ToString()
    {
        IEnumerable<string> rows = Stages.Select(stage => $"{stage.ExpansionFactor},{stage.Channels},{stage.Repeats},{stage.Stride}");
        string stages = Stages.SequenceEqual(PaperStages) ? string.Empty : $", stages {string.Join(" ", rows)}";
        string stride = HasOwnStrides ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", output stride {OutputStride}");
        string classes = NumClasses == 0 ? "no classifier" : string.Create(CultureInfo.InvariantCulture, $"{NumClasses} classes");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"MobileNetV2 {WidthMultiplier} at {Resolution} x {Resolution}{stages}, {FeatureCount} features{stride}, {classes}, "
            + $"padding {Padding}");
    }

    /// <summary>The same layers with other settings around them.</summary>
    internal MobileNetV2Architecture With(int numClasses, int resolution, PaddingFlavor padding) =>
        new(numClasses, WidthMultiplier, Stages, RoundNearest, Dropout, resolution, padding, OutputStride);

    /// <summary>Whether images may have this side.</summary>
    internal static bool IsResolution(int side) => side >= ResolutionStep && side % ResolutionStep == 0;

    private static void CheckStages(IReadOnlyList<InvertedResidualSetting> invertedResidualSettings)
    {
        if (invertedResidualSettings.Count != StageCount)
        {
            throw new ArgumentException(
                $"The stage table has {invertedResidualSettings.Count} rows; {StageCount} rows of t, c, n, s are needed.",
                nameof(invertedResidualSettings));
        }

        for (int row = 0; row < invertedResidualSettings.Count; row++)
        {
            InvertedResidualSetting stage = invertedResidualSettings[row];
            if (stage is not { ExpansionFactor: >= 1, Channels: >= 1, Repeats: >= 1, Stride: 1 or 2 })
            {
                throw new ArgumentException(
                    $"Row {row + 1} of the stage table is {stage?.ToString() ?? "null"}; "
                    + "t, c and n must be 1 or more, and s must be 1 or 2.",
                    nameof(invertedResidualSettings));
            }
        }
    }
}

/// <summary>One row of the paper's table 2: a stage of inverted residual blocks (arXiv 1801.04381).</summary>
/// <param name="ExpansionFactor">t: the block's inner channels are its input channels times t.</param>
/// <param name="Channels">c: output channels, before the width multiplier.</param>
/// <param name="Repeats">n: number of blocks in the stage.</param>
/// <param name="Stride">s: stride of the stage's first block; the others have stride 1.</param>
public sealed record InvertedResidualSetting(int ExpansionFactor, int Channels, int Repeats, int Stride);

/// <summary>
/// How the 3x3 convolutions of stride 2 are padded. Weights work only with the padding that they were trained with:
/// the other one costs accuracy without an error.
/// </summary>
public enum PaddingFlavor
{
    /// <summary>TensorFlow and Keras ("SAME"): for an even side one row and column after it, for an odd side one at each end.</summary>
    TensorFlowSame,

    /// <summary>PyTorch: one row and column on every side.</summary>
    PyTorchSymmetric,
}

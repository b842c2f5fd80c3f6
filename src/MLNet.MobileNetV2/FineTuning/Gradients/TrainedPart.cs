using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The part of a network that is trained: from the first trained layer to the classifier, or a range of units. Immutable and thread-safe.
/// </summary>
internal sealed class TrainedPart
{
    /// <exception cref="NotSupportedException">A convolution of it is dilated.</exception>
    public TrainedPart(MobileNetV2Weights weights, FineTuneBlocks blocks, UnitRange? units = null)
    {
        MobileNetV2Architecture architecture = weights.Architecture;
        int last = architecture.Blocks.Count + 1;
        UnitRange range = units ?? new(First(), last);
        FirstBlock = Math.Max(0, range.First - 1);
        TrainsStem = range.First == 0;
        ClassCount = units is null ? weights.ClassCount : null;
        FeatureCount = weights.FeatureCount;
        var trained = new List<TrainedBlock>();
        Blocks = trained;
        int side = weights.Preprocessing.Size;
        InputShape = [3, side, side];
        if (units is null && blocks == FineTuneBlocks.HeadOnly)
        {
            InputShape = [FeatureCount];
            return;
        }

        int unit = 0;
        Follow([architecture.Stem], hasShortcut: false);
        foreach (InvertedResidualBlock block in architecture.Blocks)
        {
            Follow(block.Convolutions(), block.HasShortcut);
        }

        Follow([architecture.LastConvolution], hasShortcut: false);

        // All blocks means the stem too.
        int First()
        {
            int block = blocks.FirstBlock(architecture);
            return blocks.IsAll ? 0 : block + 1;
        }

        void Follow(IEnumerable<ConvolutionLayer> convolutions, bool hasShortcut)
        {
            var layers = new List<TrainedLayer>();
            int inputSide = side;
            foreach (ConvolutionLayer layer in convolutions)
            {
                int padBefore = ConvolutionWriter.PadBefore(layer, side, weights.Padding);
                layers.Add(new(layer, side, padBefore, Depth: last + 1 - unit));
                side = layer.OutputSide(side);
            }

            if (unit == range.First)
            {
                InputShape = [layers[0].Layer.InputChannels, inputSide, inputSide];
            }

            if (units is not null && unit == range.Last)
            {
                MapShape = [layers[^1].Layer.OutputChannels, side, side];
            }

            if (unit >= range.First && unit <= range.Last)
            {
                trained.Add(new(layers, hasShortcut));
            }

            unit++;
        }
    }

    /// <summary>Number of blocks before the first trained one.</summary>
    public int FirstBlock { get; }

    /// <summary>Whether the stem is trained, with every block.</summary>
    public bool TrainsStem { get; }

    /// <summary>The trained blocks in order, with stem and last convolution; empty if the classifier alone is trained.</summary>
    public IReadOnlyList<TrainedBlock> Blocks { get; }

    /// <summary>Every trained convolution in order.</summary>
    public IEnumerable<TrainedLayer> Layers => Blocks.SelectMany(block => block.Layers);

    /// <summary>Shape of one sample: pixels 3 x r x r, a map of channels x height x width, or a vector of features.</summary>
    public IReadOnlyList<int> InputShape { get; private set; }

    /// <summary>How samples and targets lie in a batch.</summary>
    public SampleLayout Layout => new([new(GraphNames.Input, InputShape)], MapShape, FeatureCount);

    /// <summary>Number of features.</summary>
    public int FeatureCount { get; }

    /// <summary>Number of the classifier's outputs; null if there is no classifier.</summary>
    public int? ClassCount { get; }

    /// <summary>Shape of the map at the end of a range of units; null where the part ends at the features or the logits.</summary>
    public IReadOnlyList<int>? MapShape { get; private set; }

    /// <summary>Number of the outputs: the classifier's, the features, or the values of the map.</summary>
    public int OutputCount => MapShape?.Aggregate((product, dimension) => product * dimension) ?? ClassCount ?? FeatureCount;
}

/// <summary>Trained convolutions that follow each other: the stem, an inverted residual, or the last convolution.</summary>
/// <param name="Layers">The convolutions in order.</param>
/// <param name="HasShortcut">Whether the input is added to the output.</param>
internal sealed record TrainedBlock(IReadOnlyList<TrainedLayer> Layers, bool HasShortcut);

/// <summary>One trained convolution with the sides of its maps.</summary>
/// <param name="Layer">The convolution.</param>
/// <param name="InputSide">Side of its input.</param>
/// <param name="PadBefore">Rows and columns of zeros before its input; there is as many or one more after it.</param>
/// <param name="Depth">As <see cref="TrainedTensor.Depth"/>.</param>
internal sealed record TrainedLayer(ConvolutionLayer Layer, int InputSide, int PadBefore, int Depth)
{
    /// <summary>Side of its output.</summary>
    public int OutputSide { get; } = Layer.OutputSide(InputSide);

    /// <summary>The names of its tensors.</summary>
    public LayerTensors Names { get; init; } = LayerTensors.Of(Layer);

    /// <summary>Whether it is the stem: a 3x3 convolution that mixes channels, which gradients take as a product of matrices.</summary>
    public bool IsStem => Layer is { IsDepthwise: false, KernelSize: > 1 };

    /// <summary>Rows of the kernel taken as a matrix of output channels x this: input channels x kernel area.</summary>
    public int KernelRow => Layer.InputChannels / Layer.Groups * Layer.KernelSize * Layer.KernelSize;
}

using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>The part of a network that is trained: from the first trained layer to the classifier. Immutable and thread-safe.</summary>
internal sealed class TrainedPart
{
    public TrainedPart(MobileNetV2Weights weights, FineTuneBlocks blocks)
    {
        MobileNetV2Architecture architecture = weights.Architecture;
        FirstBlock = blocks.FirstBlock(architecture);
        TrainsStem = blocks.IsAll;
        ClassCount = weights.ClassCount;
        FeatureCount = weights.FeatureCount;
        var trained = new List<TrainedBlock>();
        int side = weights.Preprocessing.Size;
        InputShape = [3, side, side];
        if (blocks == FineTuneBlocks.HeadOnly)
        {
            InputShape = [FeatureCount];
            Blocks = trained;
            return;
        }

        int depth = architecture.Blocks.Count + 2;
        Follow([architecture.Stem], hasShortcut: false, TrainsStem);
        for (int block = 0; block < architecture.Blocks.Count; block++)
        {
            if (block == FirstBlock && !TrainsStem)
            {
                InputShape = [architecture.Blocks[block].Convolutions().First().InputChannels, side, side];
            }

            Follow(architecture.Blocks[block].Convolutions(), architecture.Blocks[block].HasShortcut, block >= FirstBlock);
        }

        Follow([architecture.LastConvolution], hasShortcut: false, isTrained: true);
        Blocks = trained;

        void Follow(IEnumerable<ConvolutionLayer> convolutions, bool hasShortcut, bool isTrained)
        {
            var layers = new List<TrainedLayer>();
            foreach (ConvolutionLayer layer in convolutions)
            {
                layers.Add(new(layer, side, ConvolutionWriter.PadBefore(layer, side, weights.Padding), depth));
                side = layer.OutputSide(side);
            }

            depth--;
            if (isTrained)
            {
                trained.Add(new(layers, hasShortcut));
            }
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
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>Values of one sample.</summary>
    public int InputLength => InputShape.Aggregate((product, dimension) => product * dimension);

    /// <summary>Number of features.</summary>
    public int FeatureCount { get; }

    /// <summary>Number of the classifier's outputs; null if there is no classifier.</summary>
    public int? ClassCount { get; }

    /// <summary>Number of the outputs: the classifier's, or the features.</summary>
    public int OutputCount => ClassCount ?? FeatureCount;
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
    public LayerTensors Names { get; } = LayerTensors.Of(Layer);

    /// <summary>Whether it is the stem: a 3x3 convolution that mixes channels, which gradients take as a product of matrices.</summary>
    public bool IsStem => Layer is { IsDepthwise: false, KernelSize: > 1 };

    /// <summary>Rows of the kernel taken as a matrix of output channels x this: input channels x kernel area.</summary>
    public int KernelRow => Layer.InputChannels / Layer.Groups * Layer.KernelSize * Layer.KernelSize;
}

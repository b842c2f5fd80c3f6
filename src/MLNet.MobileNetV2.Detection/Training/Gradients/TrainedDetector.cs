using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>
/// The convolutions of a detector that are trained: the head's, and blocks of the backbone or none. Batch norm is folded into kernels and
/// biases. Immutable and thread-safe.
/// </summary>
internal sealed class TrainedDetector
{
    /// <summary>The input with the first of the head's maps, where no trained layer gives it.</summary>
    public const string FirstMap = "map.first";

    /// <summary>Lays out what is trained.</summary>
    /// <exception cref="ArgumentException">The network has fewer blocks.</exception>
    public TrainedDetector(DetectionWeights weights, FineTuneBlocks blocks)
    {
        var part = new TrainedPart(weights.Backbone, blocks);
        Backbone = [.. part.Blocks.Select(block => block with { Layers = [.. block.Layers.Select(WithBias)] })];
        TrainsStem = part.TrainsStem;
        Weights = weights;
        (MobileNetV2Architecture architecture, SsdLiteLayers head) = (weights.Architecture, weights.Head);
        ConvolutionLayer expansion = architecture.Blocks[head.FirstTap.Block!.Value - 1].Expansion!;
        FirstMapLayer = Backbone.SelectMany(block => block.Layers).FirstOrDefault(layer => layer.Layer == expansion);

        var last = new FeatureTap(IsPooled: false);
        Taps = TrainsStem ? null
            : Backbone.Count == 0 ? [last, head.FirstTap]
            : FirstMapLayer is null ? [new(part.FirstBlock, IsPooled: false), head.FirstTap]
            : [new(part.FirstBlock, IsPooled: false)];
        string[] names = [GraphNames.Input, FirstMap];
        int size = weights.Preprocessing.Size;
        Layout = new(
            Taps is null
                ? [new(GraphNames.Input, part.InputShape)]
                : [.. Taps.Zip(names, (tap, name) => new SampleInput(name, tap.ShapeOf(architecture, size)))]);

        int[] sides = [.. weights.Anchors.Maps.Select(map => map.Rows)];
        Extras = [.. head.Extras.Select((extra, index) => Block(extra, sides[index + 1]))];
        Predictors = [.. head.Predictors.Zip(sides, (predictor, side) => (Block(predictor.Boxes, side), Block(predictor.Classes, side)))];

        TrainedBlock Block(IReadOnlyList<ConvolutionLayer> layers, int side)
        {
            var trained = new List<TrainedLayer>();
            foreach (ConvolutionLayer layer in layers)
            {
                int before = ConvolutionWriter.PadBefore(layer, side, architecture.Padding);
                trained.Add(WithBias(new(layer, side, before, Depth: 0)));
                side = layer.OutputSide(side);
            }

            return new(trained, HasShortcut: false);
        }
    }

    public DetectionWeights Weights { get; }

    /// <summary>The trained blocks of the backbone, with stem and last convolution; empty where the head alone is trained.</summary>
    public IReadOnlyList<TrainedBlock> Backbone { get; }

    /// <summary>The trained layer that gives the head's first map; null where it is not trained.</summary>
    public TrainedLayer? FirstMapLayer { get; }

    /// <summary>Whether samples are pixels.</summary>
    public bool TrainsStem { get; }

    /// <summary>The maps that a sample is made of; null for pixels.</summary>
    public IReadOnlyList<FeatureTap>? Taps { get; }

    /// <summary>How samples lie in a batch.</summary>
    public SampleLayout Layout { get; }

    /// <summary>The layers that give each further map.</summary>
    public IReadOnlyList<TrainedBlock> Extras { get; }

    /// <summary>The predictors of each map.</summary>
    public IReadOnlyList<(TrainedBlock Boxes, TrainedBlock Classes)> Predictors { get; }

    /// <summary>Every trained convolution, the backbone's first.</summary>
    public IEnumerable<TrainedLayer> Layers => Backbone
        .Concat(Extras)
        .Concat(Predictors.SelectMany(predictor => (TrainedBlock[])[predictor.Boxes, predictor.Classes]))
        .SelectMany(block => block.Layers);

    // The bias is trained as the shift of a batch norm is elsewhere.
    private static TrainedLayer WithBias(TrainedLayer layer) => layer with { Names = layer.Names with { Beta = layer.Names.Bias } };
}

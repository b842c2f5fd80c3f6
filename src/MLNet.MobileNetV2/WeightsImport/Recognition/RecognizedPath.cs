using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Reads a network from the path to its last convolution, or to its last block where it has none.</summary>
internal static class RecognizedPath
{
    /// <summary>The network.</summary>
    /// <exception cref="WeightsFormatException">Its convolutions are padded in two ways, or have more weights than the file.</exception>
    public static RecognizedNetwork Of(NetworkGraph graph, GraphPoint last, ClassifierLayer? classifier)
    {
        var points = new List<GraphPoint>();
        int image = 0;
        for (GraphPoint? point = last; point is not null; point = point.Before)
        {
            image = point.Tensor;
            if (point.Layer is not null)
            {
                points.Add(point);
            }
        }

        points.Reverse();
        CheckLength(graph, points);
        GraphPoint? signed = points.Find(point => point.Padding is not null);
        GraphPoint? contrary = points.Find(point => point.Padding is not null && point.Padding != signed!.Padding);
        if (contrary is not null)
        {
            throw new WeightsFormatException(
                graph.Source,
                $"{contrary.Layer!.Place} is padded by {contrary.Layer.Padding} ({contrary.Padding}), "
                + $"{signed!.Layer!.Place} by {signed.Layer.Padding} ({signed.Padding}); one way is allowed in a network.");
        }

        bool endsInBlock = last.Kind == GraphPointKind.BlockOutput;
        IEnumerable<FoundBlock> blocks = Blocks(endsInBlock ? points : points[..^1]);
        FoundLayers found = OwnStrides.Of(graph.Source, new(points[0].Channels, [.. blocks], endsInBlock ? null : last.Channels));
        return new(image, [.. points.Select(point => point.Layer!)], found, signed?.Padding, classifier);
    }

    private static IEnumerable<FoundBlock> Blocks(List<GraphPoint> points)
    {
        for (int i = 1; i < points.Count;)
        {
            bool hasExpansion = points[i].Kind == GraphPointKind.Widened;
            int depthwise = hasExpansion ? i + 1 : i;
            ConvolutionStep step = points[depthwise].Layer!;
            yield return new(step.Channels, points[depthwise + 1].Channels, hasExpansion, step.Stride) { Dilation = step.Dilation };
            i = depthwise + 2;
        }
    }

    // A file may use one tensor in many places, and so ask for any amount of memory.
    private static void CheckLength(NetworkGraph graph, List<GraphPoint> points)
    {
        long weights = points.Sum(point => (long)(TensorShape.Count(point.Layer!.KernelShape) ?? int.MaxValue));
        if (weights > graph.FileLength)
        {
            throw new WeightsFormatException(
                graph.Source,
                $"its layers have {weights:N0} weights, but the file has {graph.FileLength:N0} bytes; each needs at least one.");
        }
    }
}

/// <summary>
/// A MobileNetV2 in a graph: the tensor of the image, the convolutions in order, their channels and strides, the padding at stride 2 (null
/// where the graph fits both), and the one layer that makes classes of the features, if there is just one.
/// </summary>
internal sealed record RecognizedNetwork(
    int Image, IReadOnlyList<ConvolutionStep> Layers, FoundLayers Found, PaddingFlavor? Padding, ClassifierLayer? Classifier);

using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Serving;

/// <summary>The pretrained network with its own classifier of the 1000 ImageNet classes (ILSVRC 2012), as a model that is served.</summary>
internal static class PretrainedNetwork
{
    /// <summary>Number of classes without background.</summary>
    public const int ClassCount = ImageNetLabels.Count - 1;

    /// <summary>The network of loaded weights, with the names of its classes.</summary>
    /// <param name="source">Where the weights came from.</param>
    /// <param name="loaded">The weights.</param>
    /// <exception cref="WeightsFormatException">
    /// The weights have no classifier of these classes, or a file of names beside them is damaged.
    /// </exception>
    public static ServedModel Load(WeightsSource source, LoadedWeights loaded)
    {
        Check(loaded.Weights);
        string? beside = source.Path is { } path ? Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, EmbeddedFile.Labels) : null;
        return Of(loaded.Weights, File.Exists(beside) ? ImageNetLabels.Load(beside) : ImageNetLabels.Published);
    }

    /// <summary>The network of weights.</summary>
    /// <param name="weights">Weights with a classifier of the classes, with or without background.</param>
    /// <param name="labels">The names, the background first.</param>
    /// <exception cref="WeightsFormatException">The weights have no such classifier.</exception>
    public static ServedModel Of(MobileNetV2Weights weights, IReadOnlyList<string> labels)
    {
        Check(weights);
        int background = weights.ClassCount!.Value - ClassCount;
        ReadOnlySpan<float> kernel = weights.Tensors[LayerTensors.ClassifierKernel].Values.Span[(background * weights.FeatureCount)..];
        ReadOnlySpan<float> bias = weights.Tensors[LayerTensors.ClassifierBias].Values.Span[background..];
        byte[] features = InferenceGraph.Write(weights, InferenceGraphOutputs.Features);
        byte[] graph = ScoringGraph.Write(features, string.Empty, kernel, bias, metadata: []);
        return new(graph, [.. labels.Skip(1)], weights.Preprocessing);
    }

    private static void Check(MobileNetV2Weights weights)
    {
        if (weights.ClassCount is not (ClassCount or ImageNetLabels.Count))
        {
            string found = weights.ClassCount is int count ? $"a classifier of {count} classes" : "no classifier";
            throw new WeightsFormatException(
                weights.Name,
                $"they have {found}; the ImageNet classes need one of {ClassCount}, or {ImageNetLabels.Count} with background. "
                + $"Use {string.Join(" or ", PretrainedModels.All.Select(model => model.Name))}.");
        }
    }
}

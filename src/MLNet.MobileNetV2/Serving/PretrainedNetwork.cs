using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Serving;

/// <summary>A pretrained network with its own classifier, as a model that is served.</summary>
internal static class PretrainedNetwork
{
    /// <summary>The network of loaded weights, with the names of its classes.</summary>
    /// <param name="source">Where the weights came from; those that are not the catalog's must have ImageNet's classes.</param>
    /// <param name="loaded">The weights.</param>
    /// <exception cref="WeightsFormatException">
    /// The weights have no classifier of these classes, or a file of names beside them is damaged.
    /// </exception>
    public static ServedModel Load(WeightsSource source, LoadedWeights loaded)
    {
        NetworkClasses classes = source.Model?.Classes ?? NetworkClasses.ImageNet;
        Check(loaded.Weights, classes);
        string? beside = source.Path is { } path ? Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, EmbeddedFile.Labels) : null;
        return Of(loaded.Weights, File.Exists(beside) ? classes.Load(beside) : classes);
    }

    /// <summary>The network of weights.</summary>
    /// <param name="weights">Weights with a classifier of the classes, with or without background.</param>
    /// <param name="classes">The classes.</param>
    /// <exception cref="WeightsFormatException">The weights have no such classifier.</exception>
    public static ServedModel Of(MobileNetV2Weights weights, NetworkClasses classes)
    {
        Check(weights, classes);
        float[] kernel = weights.Tensors[LayerTensors.ClassifierKernel].Values.ToArray();
        float[] bias = weights.Tensors[LayerTensors.ClassifierBias].Values.ToArray();
        if (weights.ClassCount == classes.Count)
        {
            kernel = Without(kernel, classes.Background * weights.FeatureCount, weights.FeatureCount);
            bias = Without(bias, classes.Background, 1);
        }

        byte[] features = InferenceGraph.Write(weights, InferenceGraphOutputs.Features);
        byte[] graph = ScoringGraph.Write(features, string.Empty, kernel, bias, strangeness: null, metadata: []);
        return new(graph, classes.WithoutBackground, weights.Preprocessing);
    }

    private static float[] Without(float[] values, int start, int count) => [.. values[..start], .. values[(start + count)..]];

    private static void Check(MobileNetV2Weights weights, NetworkClasses classes)
    {
        int count = classes.Count;
        if (weights.ClassCount != count && weights.ClassCount != count - 1)
        {
            string found = weights.ClassCount is int own ? $"a classifier of {own} classes" : "no classifier";
            throw new WeightsFormatException(
                weights.Name,
                $"they have {found}; one of {count - 1} is needed, or of {count} with background. "
                + $"Use {string.Join(" or ", PretrainedModels.All.Select(model => model.Name))}.");
        }
    }
}

using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Finds the one layer that makes classes of the features.</summary>
internal static class ClassifierSearch
{
    /// <summary>The layer, or null where none or several take the features, or where its results go through further layers.</summary>
    /// <exception cref="WeightsFormatException">The layer takes another number of features.</exception>
    public static ClassifierLayer? Find(NetworkGraph graph, IReadOnlySet<int> features, int featureCount)
    {
        GraphStep[] steps = [.. graph.Steps.Where(step => step is DenseStep or ConvolutionStep && features.Contains(step.Inputs[0]))];
        if (steps.Select(Origin).Distinct().Count() != 1)
        {
            return null;
        }

        // The last of one origin has the bias that is an operator of its own.
        ClassifierLayer? layer = Layer(graph.Source, steps[^1], featureCount);
        return layer is not null && IsLast(graph, steps) ? layer : null;
    }

    private static int Origin(GraphStep step) => step is ConvolutionStep convolution ? convolution.Origin : ((DenseStep)step).Origin;

    private static ClassifierLayer? Layer(string source, GraphStep step, int featureCount)
    {
        if (step is ConvolutionStep convolution && (convolution.Limits != OutputLimits.None || convolution.Groups != 1))
        {
            return null;
        }

        (IReadOnlyList<int> shape, Func<LayerWeights> weights) = step is ConvolutionStep kernel
            ? (kernel.KernelShape, kernel.Weights)
            : (((DenseStep)step).KernelShape, ((DenseStep)step).Weights);
        return shape is [> 0, _] or [> 0, _, 1, 1] && shape[1] == featureCount
            ? new(step.Place, shape[0], weights)
            : throw new WeightsFormatException(
                source, $"{step.Place}: its kernel has shape {TensorShape.Show(shape)}; a classifier needs [classes, {featureCount}].");
    }

    // Scores may be made of the results, and anything of the scores but another layer.
    private static bool IsLast(NetworkGraph graph, GraphStep[] steps)
    {
        HashSet<int> results = [.. steps.Select(step => step.Output)];
        var scores = new HashSet<int>();
        foreach (GraphStep step in graph.Steps)
        {
            bool takesResults = step.Inputs.Any(results.Contains);
            bool takesScores = step.Inputs.Any(scores.Contains);
            if (takesScores && step is DenseStep or ConvolutionStep)
            {
                return false;
            }

            if (takesResults && step is ReshapeStep)
            {
                results.Add(step.Output);
            }
            else if (takesResults && step is not ScoreStep)
            {
                return false;
            }
            else if (takesResults || takesScores)
            {
                scores.Add(step.Output);
            }
        }

        return true;
    }
}

/// <summary>A classifier in a graph, as a dense layer or a 1x1 convolution.</summary>
internal sealed record ClassifierLayer(string Place, int ClassCount, Func<LayerWeights> Weights);

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Classification.Unknown;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2.Classification.Export;

/// <summary>The featurizer and the head of a model, which must be all that lies between its images and its scores.</summary>
/// <param name="Graph">The featurizer's graph.</param>
/// <param name="Head">The weights of the head.</param>
/// <param name="PredictedLabel">The column with its predicted key.</param>
/// <param name="Unknown">The rule for unknown images; null if there is none.</param>
internal sealed record ScoringParts(
    FeatureGraph Graph, MaximumEntropyModelParameters Head, DataViewSchema.Column PredictedLabel, UnknownSteps? Unknown)
{
    /// <summary>Finds the parts.</summary>
    /// <exception cref="NotSupportedException">The model has another shape; the message names the step.</exception>
    public static ScoringParts Find(SavedPipeline model)
    {
        FeatureGraph graph = model.FindGraph()
            ?? throw new NotSupportedException("The model has no MobileNetV2 featurizer, so it cannot become one graph.");
        ITransformer[] steps = [.. model.Steps.Skip(graph.LastStep + 1)];
        UnknownSteps? unknown = SavedUnknown.Find(steps);
        if (unknown is not null)
        {
            steps = [.. steps[..unknown.First], .. steps[(unknown.Last + 1)..]];
        }

        int head = Array.FindIndex(steps, step => step is ISingleFeaturePredictionTransformer<object>);
        if (head < 0)
        {
            throw new NotSupportedException("The model has no trained classifier after its featurizer, so it cannot become one graph.");
        }

        var transformer = (ISingleFeaturePredictionTransformer<object>)steps[head];
        if (transformer.Model is not MaximumEntropyModelParameters parameters)
        {
            throw new NotSupportedException(
                $"The model's classifier is of {transformer.Model.GetType().Name}; one of "
                + $"{nameof(MaximumEntropyModelParameters)} can become part of one graph, as MobileNetV2Head, LbfgsMaximumEntropy "
                + "and SdcaMaximumEntropy train it.");
        }

        if (transformer.FeatureColumnName != graph.Column)
        {
            throw new NotSupportedException(
                $"The model's classifier takes the column '{transformer.FeatureColumnName}'; "
                + $"only one that takes the featurizer's '{graph.Column}' can become part of one graph.");
        }

        ITransformer? other = steps.FirstOrDefault(step => step != steps[head] && !IsPassedOver(step));
        if (other is not null)
        {
            throw new NotSupportedException(
                $"The model has a {other.GetType().Name} after its featurizer; "
                + "beside the classifier, only key mappings, copied and dropped columns can be left out of one graph.");
        }

        CheckNotReplaced(steps[..head], graph.Column);
        DataViewSchema.Column predictedLabel = PredictedLabelOf(transformer);
        CheckNotReplaced(steps[(head + 1)..], MobileNetV2HeadOptions.ScoreColumnName);
        CheckNotReplaced(steps[(head + 1)..], predictedLabel.Name);
        return new(graph, parameters, predictedLabel, unknown);
    }

    /// <summary>Makes sure that only steps that can be left out precede a featurizer of images.</summary>
    /// <exception cref="NotSupportedException">Another step does; the message names it.</exception>
    public static void CheckTakesImages(IEnumerable<ITransformer> steps)
    {
        ITransformer? other = steps.FirstOrDefault(step => !IsPassedOver(step) && step is not ImageLoadingTransformer);
        if (other is not null)
        {
            throw new NotSupportedException(
                $"The model has a {other.GetType().Name} before its featurizer; only key mappings, copied and dropped columns and the "
                + "loading of images can be left out of one graph, or of a predictor.");
        }
    }

    // The head names its columns for any data with features.
    private static DataViewSchema.Column PredictedLabelOf(ISingleFeaturePredictionTransformer<object> head)
    {
        var input = new DataViewSchema.Builder();
        input.AddColumn(head.FeatureColumnName, head.FeatureColumnType);
        return head.GetOutputSchema(input.ToSchema()).Last(column => column.Type is KeyDataViewType);
    }

    private static void CheckNotReplaced(ITransformer[] steps, string column)
    {
        foreach ((string output, string input) in steps.SelectMany(WrittenColumns.Of))
        {
            if (output == column && input != column)
            {
                throw new NotSupportedException(
                    $"The model replaces its column '{column}' by '{input}', so its scores are not those of its images, "
                    + "and it cannot become one graph.");
            }
        }
    }

    /// <summary>Tells whether a step changes neither images nor features nor scores.</summary>
    private static bool IsPassedOver(ITransformer step) =>
        step is ValueToKeyMappingTransformer or KeyToValueMappingTransformer or ColumnCopyingTransformer or ColumnSelectingTransformer;
}

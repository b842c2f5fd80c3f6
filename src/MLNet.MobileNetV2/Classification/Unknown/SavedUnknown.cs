using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Classification.Unknown;

/// <summary>The rule for unknown images as a chain of components that ML.NET can save, and as what is found of them in a model.</summary>
internal static class SavedUnknown
{
    // The graph, a copy of the prediction, the name of the unknown, the mapping, a copy back, and the dropping of columns.
    private const int GraphBeforeMapping = 3;
    private const int StepsAfterMapping = 2;

    public static GraphChain Create(TransformsCatalog transforms, int features, UnknownRule rule, UnknownImageOptions columns) => new(
        transforms,
        data => Empty(data, features, columns),
        () => StrangenessGraph.Write(columns.FeatureColumnName, UnknownColumns.Strangeness, ValuesOf(rule)),
        graph => Chain(transforms, columns, graph));

    /// <summary>Finds the steps of the first rule among a model's; null if there is none.</summary>
    public static UnknownSteps? Find(IReadOnlyList<ITransformer> steps)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i] is UnknownImageTransformer fitted)
            {
                return new(i, i, fitted.WriteGraph(), fitted.UnknownLabel);
            }

            if (steps[i] is CustomMappingTransformer<UnknownSourceRow, UnknownResultRow>
                && steps.ElementAtOrDefault(i - GraphBeforeMapping) is OnnxTransformer graph
                && steps.ElementAtOrDefault(i - 1) is ExpressionTransformer constant)
            {
                return new(
                    i - GraphBeforeMapping,
                    Math.Min(i + StepsAfterMapping, steps.Count - 1),
                    SavedPipeline.Read(graph),
                    LabelOf(constant));
            }
        }

        return null;
    }

    private static EstimatorChain<ITransformer> Chain(TransformsCatalog transforms, UnknownImageOptions columns, string graph)
    {
        string literal = SavedPipeline.Literal(columns.UnknownLabel);
        return new EstimatorChain<ITransformer>()
            .Append<ITransformer>(transforms.ApplyOnnxModel(UnknownColumns.Strangeness, columns.FeatureColumnName, graph))
            .Append<ITransformer>(transforms.CopyColumns(UnknownColumns.Predicted, columns.PredictedLabelColumnName))
            .Append<ITransformer>(transforms.Expression(UnknownColumns.Label, $"x : {literal}", UnknownColumns.Predicted))
            .Append<ITransformer>(transforms.CustomMapping(new UnknownMapping().GetMapping(), UnknownColumns.Contract))
            .Append<ITransformer>(transforms.CopyColumns(columns.PredictedLabelColumnName, UnknownColumns.Predicted))
            .Append<ITransformer>(
                transforms.DropColumns(UnknownColumns.Strangeness, UnknownColumns.Label, UnknownColumns.Predicted));
    }

    private static IDataView Empty(DataOperationsCatalog data, int features, UnknownImageOptions columns)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(EmptyResult));
        definition[nameof(EmptyResult.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        definition[nameof(EmptyResult.Features)].ColumnName = columns.FeatureColumnName;
        definition[nameof(EmptyResult.Predicted)].ColumnName = columns.PredictedLabelColumnName;
        return data.LoadFromEnumerable(Array.Empty<EmptyResult>(), definition);
    }

    private static string LabelOf(ExpressionTransformer constant)
    {
        IDataView row = new MLContext().Data.LoadFromEnumerable([new UnknownResultRow()]);
        return constant.Transform(row).GetColumn<string>(UnknownColumns.Label).Single();
    }

    private static StrangenessValues ValuesOf(UnknownRule rule) => new(
        rule.Scores.Center,
        [.. rule.Scores.Directions.SelectMany(direction => direction)],
        rule.Scores.DirectionWeights,
        rule.Scores.Precision,
        [.. rule.Scores.Kernel.SelectMany(row => row)],
        rule.Scores.Biases,
        (float)rule.DistanceWeight,
        (float)rule.ScoreWeight,
        (float)rule.Threshold);

    private sealed class EmptyResult
    {
        public float[] Features { get; set; } = [];

        public string Predicted { get; set; } = string.Empty;
    }
}

/// <summary>The steps of a rule for unknown images in a model.</summary>
/// <param name="First">Position of the first one.</param>
/// <param name="Last">Position of the last one.</param>
/// <param name="Graph">The ONNX file of the strangeness.</param>
/// <param name="Label">What an unknown image is called.</param>
internal sealed record UnknownSteps(int First, int Last, byte[] Graph, string Label);

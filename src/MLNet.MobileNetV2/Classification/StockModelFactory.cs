using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace MLNet.MobileNetV2.Classification;

/// <summary>
/// Makes ML.NET's own multiclass transformer from weights, and a catalog of transforms. Their constructors are not public: this is
/// the only place that reaches for them.
/// </summary>
internal static class StockModelFactory
{
    private const BindingFlags Instance =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;

    private static readonly Lazy<ConstructorInfo> s_model = new(() => Constructor(
        typeof(MaximumEntropyModelParameters),
        typeof(IHostEnvironment), typeof(VBuffer<float>[]), typeof(float[]), typeof(int), typeof(int), typeof(string[]),
        typeof(ModelStatisticsBase)));

    private static readonly Lazy<ConstructorInfo> s_transformer = new(() => Constructor(
        typeof(MulticlassPredictionTransformer<MaximumEntropyModelParameters>),
        typeof(IHostEnvironment), typeof(MaximumEntropyModelParameters), typeof(DataViewSchema), typeof(string), typeof(string),
        typeof(string), typeof(string)));

    private static readonly Lazy<ConstructorInfo> s_transforms = new(
        () => Constructor(typeof(TransformsCatalog), typeof(IHostEnvironment)));

    /// <summary>The catalog of transforms of an environment.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET makes it otherwise.</exception>
    public static TransformsCatalog Transforms(IHostEnvironment environment) =>
        (TransformsCatalog)s_transforms.Value.Invoke(Instance, binder: null, [environment], culture: null);

    /// <summary>The transformer that scores with the given weights.</summary>
    /// <param name="environment">Environment of the catalog.</param>
    /// <param name="weights">The classifier.</param>
    /// <param name="classNames">Names of the classes for the model's summary, or null.</param>
    /// <param name="schema">Schema of the training data.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <exception cref="NotSupportedException">This version of ML.NET has other constructors.</exception>
    public static MulticlassPredictionTransformer<MaximumEntropyModelParameters> Create(
        IHostEnvironment environment,
        SoftmaxWeights weights,
        string[]? classNames,
        DataViewSchema schema,
        MobileNetV2HeadOptions columns)
    {
        VBuffer<float>[] rows = Array.ConvertAll(weights.Weights, row => new VBuffer<float>(row.Length, row));
        object model = s_model.Value.Invoke(
            Instance, binder: null, [environment, rows, weights.Biases, rows.Length, rows[0].Length, classNames, null], culture: null);
        object?[] arguments =
        [
            environment, model, schema, columns.FeatureColumnName, columns.LabelColumnName, MobileNetV2HeadOptions.ScoreColumnName,
            columns.PredictedLabelColumnName,
        ];
        return (MulticlassPredictionTransformer<MaximumEntropyModelParameters>)s_transformer.Value.Invoke(
            Instance, binder: null, arguments, culture: null);
    }

    /// <summary>The constructor with the given parameters.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    internal static ConstructorInfo Constructor(Type type, params Type[] parameters) =>
        type.GetConstructor(Instance, parameters)
        ?? throw Changed(type, $"a constructor ({string.Join(", ", parameters.Select(parameter => parameter.Name))})");

    private static NotSupportedException Changed(Type type, string needed) => new(
        $"{type.Name} of {type.Assembly.GetName().Name} {type.Assembly.GetName().Version} lacks {needed}, which this library needs: "
        + "it was made for Microsoft.ML 5.0.1. Use that version of Microsoft.ML, or the trainer LbfgsMaximumEntropy.");
}

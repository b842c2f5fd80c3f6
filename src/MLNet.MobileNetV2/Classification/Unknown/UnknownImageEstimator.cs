using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Classification.Unknown;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2;

/// <summary>
/// Learns what images of the classes look like, to call others unknown. Append it behind the classifier and the mapping of its prediction
/// to text.
/// </summary>
/// <remarks>
/// <para>
/// The features of each class are taken for a normal distribution, all of one shrunk covariance. An image is the stranger the greater its
/// Mahalanobis distance from the nearest class (arXiv 1807.03888), and the smaller the score of that class by linear discriminant analysis,
/// each measured in its spread among images that are held out in turn. Beyond the strangeness of
/// <see cref="UnknownImageOptions.KnownShare"/> of those it is unknown. Scores are left as they are.
/// </para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Label (input of <c>Fit</c>)</term><description>key of <see cref="uint"/></description></item>
/// <item><term>Features (input)</term><description>known-size vector of <see cref="float"/></description></item>
/// <item><term>PredictedLabel (input, output)</term><description>text; the unknown label for an unknown image</description></item>
/// <item><term>IsUnknown (output)</term><description><see cref="bool"/></description></item>
/// <item>
/// <term>Strangeness (output)</term>
/// <description><see cref="float"/>: above 0 for an unknown image; NaN for a missing one, which is not unknown</description>
/// </item>
/// </list>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class UnknownImageEstimator : IEstimator<UnknownImageTransformer>
{
    private readonly TransformsCatalog _transforms;
    private readonly UnknownImageOptions _options;

    internal UnknownImageEstimator(TransformsCatalog catalog, UnknownImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _transforms = catalog;
        _options = options;
    }

    /// <summary>Learns from rows, which it reads once into memory.</summary>
    /// <param name="input">Rows with the label, the features and the predicted label.</param>
    /// <returns>The transformer, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than 20 rows that can be held out, or all are of one class.</exception>
    /// <exception cref="OperationCanceledException"><see cref="UnknownImageOptions.CancellationToken"/> was cancelled.</exception>
    public UnknownImageTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckPredicted(SchemaColumns.Find(input.Schema, "predicted label", _options.PredictedLabelColumnName).Type);
        HeadTrainingSet set = HeadTrainingSet.Read(input, new()
        {
            LabelColumnName = _options.LabelColumnName,
            FeatureColumnName = _options.FeatureColumnName,
            CancellationToken = _options.CancellationToken,
        });
        int features = set.Features.Columns;
        float[][] rows = [.. Enumerable.Range(0, set.Features.RowCount).Select(row => set.Features.Row(row)[..features].ToArray())];
        var learned = LearnedClasses.Of(rows, set.Labels, set.ClassCount, new ParallelLoop(0, _options.CancellationToken));
        return new(_transforms, features, learned.RuleFor(_options.KnownShare), _options, input);
    }

    /// <summary>The schema after the transformer.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        HeadColumns.Check(
            inputSchema, new() { LabelColumnName = _options.LabelColumnName, FeatureColumnName = _options.FeatureColumnName });
        SchemaShape.Column predicted = SchemaColumns.Find(inputSchema, "predicted label", _options.PredictedLabelColumnName);
        CheckPredicted(predicted.IsKey ? null : predicted.ItemType);
        SchemaDefinition result = SchemaDefinition.Create(typeof(UnknownResultRow));
        result[UnknownColumns.Predicted].ColumnName = _options.PredictedLabelColumnName;
        return _transforms.CustomMapping<EmptyRow, UnknownResultRow>((_, _) => { }, null, outputSchemaDefinition: result)
            .GetOutputSchema(inputSchema);
    }

    private void CheckPredicted(DataViewType? type)
    {
        if (type is not TextDataViewType)
        {
            throw new ArgumentException(
                $"The predicted label column '{_options.PredictedLabelColumnName}' is {(type is null ? "a key" : $"of type {type}")}; "
                + "text is needed: append MapKeyToValue before.");
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MobileNetV2.Classification;

/// <summary>What a trainer needs to know of its label column.</summary>
internal static class LabelColumn
{
    /// <summary>Makes sure that there are at least two classes.</summary>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="keyTexts">What the key values say; null if they say nothing.</param>
    /// <param name="column">Name of the column.</param>
    /// <param name="skipped">Number of rows without a label.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or only one class.</exception>
    public static void CheckClasses(IReadOnlyList<int> labels, string[]? keyTexts, string column, long skipped)
    {
        if (labels.Count == 0)
        {
            throw new InvalidOperationException(skipped == 0
                ? "The training data has no rows."
                : $"All {skipped} rows of the training data have a missing value in the label column '{column}'.");
        }

        CheckSeveral(
            labels,
            () => $"All {labels.Count} rows of the training data are of the class '{ClassNames.Name(keyTexts, labels[0])}' "
                + $"of the label column '{column}'");
    }

    /// <summary>Makes sure that labels are of more than one class.</summary>
    /// <param name="labels">The class of each row, at least of one.</param>
    /// <param name="found">Says what they are, for the error.</param>
    /// <exception cref="InvalidOperationException">They are of one class alone.</exception>
    public static void CheckSeveral(IReadOnlyList<int> labels, Func<string> found)
    {
        if (!AreSeveral(labels))
        {
            throw new InvalidOperationException($"{found()}; at least two classes are needed.");
        }
    }

    /// <summary>Whether labels are of more than one class.</summary>
    public static bool AreSeveral(IReadOnlyList<int> labels) => labels.Any(label => label != labels[0]);

    /// <summary>The class names for ML.NET's summary of a model; null unless they are all different and not empty.</summary>
    /// <param name="keyTexts">What the key values say; null if they say nothing.</param>
    public static string[]? SummaryNames(string[]? keyTexts) =>
        keyTexts is null || keyTexts.Contains(string.Empty) || keyTexts.Distinct(StringComparer.Ordinal).Count() < keyTexts.Length
            ? null
            : keyTexts;
}

/// <summary>A label of text, which a trainer maps to a key by itself and whose prediction is text again.</summary>
internal sealed class TextLabel(TransformsCatalog transforms, string name)
{
    /// <summary>Whether the label column of data is text.</summary>
    public bool IsIn(DataViewSchema schema) => schema.GetColumnOrNull(name)?.Type is TextDataViewType;

    /// <summary>Whether the label column of a shape is text.</summary>
    public bool IsIn(SchemaShape shape) =>
        shape.Any(column => column.Name == name
            && column is { ItemType: TextDataViewType, Kind: SchemaShape.Column.VectorKind.Scalar });

    /// <summary>Maps texts to keys in their ordinal order, whatever the order of the rows.</summary>
    public IEstimator<ITransformer> ToKey() =>
        transforms.Conversion.MapValueToKey(name, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

    /// <summary>The mapping of the texts of data to keys; null where the label is no text.</summary>
    public ITransformer? FitToKey(IDataView data) => IsIn(data.Schema) ? ToKey().Fit(data) : null;

    /// <summary>Maps predicted keys to texts.</summary>
    public IEstimator<ITransformer> ToText(string predictedLabel) => transforms.Conversion.MapKeyToValue(predictedLabel);
}

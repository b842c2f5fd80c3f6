using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Classification;

/// <summary>What a trainer needs to know of its label column.</summary>
internal static class LabelColumn
{
    /// <summary>Makes sure that there is something to tell apart.</summary>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="names">Names of the classes, or null.</param>
    /// <param name="column">Name of the column.</param>
    /// <param name="skipped">Number of rows without a label.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or of one class alone.</exception>
    public static void CheckClasses(IReadOnlyList<int> labels, string[]? names, string column, long skipped)
    {
        if (labels.Count == 0)
        {
            throw new InvalidOperationException(skipped == 0
                ? "The training data has no rows."
                : $"All {skipped} rows of the training data have a missing value in the label column '{column}'.");
        }

        if (labels.All(label => label == labels[0]))
        {
            string name = names is null ? $"number {labels[0]}" : $"'{names[labels[0]]}'";
            throw new InvalidOperationException(
                $"All {labels.Count} rows of the training data are of the class {name} of the label column '{column}'; "
                + "at least two classes are needed.");
        }
    }

    /// <summary>The names of the classes; null where the key values are not texts, all different and not empty.</summary>
    public static string[]? ClassNamesOf(DataViewSchema.Column label, int classCount)
    {
        DataViewType? type = label.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type;
        if (!(type is VectorDataViewType { ItemType: TextDataViewType } vector && vector.Size == classCount))
        {
            return null;
        }

        string[] names = KeyValueTexts.Of(label)!;
        return names.Contains(string.Empty) || names.Distinct(StringComparer.Ordinal).Count() < names.Length ? null : names;
    }
}

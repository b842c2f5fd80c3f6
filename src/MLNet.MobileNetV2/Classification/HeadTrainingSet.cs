using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Classification.Solver;

namespace MLNet.MobileNetV2.Classification;

/// <summary>The rows that a head is trained on, in memory.</summary>
/// <param name="Features">The features of every row with a label.</param>
/// <param name="Labels">The class of each row, from 0.</param>
/// <param name="Weights">The weight of each row; null if all weigh 1.</param>
/// <param name="ClassCount">Number of classes of the label's key type.</param>
/// <param name="KeyTexts">What the key values say; null if they say nothing.</param>
/// <param name="SkippedRows">Number of rows that have no label.</param>
internal sealed record HeadTrainingSet(
    FeatureBlocks Features, int[] Labels, float[]? Weights, int ClassCount, string[]? KeyTexts, long SkippedRows)
{
    /// <summary>Reads the data once.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">The rows are none, of one class only, or not finite.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static HeadTrainingSet Read(IDataView data, MobileNetV2HeadOptions options)
    {
        (DataViewSchema.Column label, DataViewSchema.Column features) = HeadColumns.Find(data.Schema, options);
        int columns = ((VectorDataViewType)features.Type).Size;
        ulong classCount = ((KeyDataViewType)label.Type).Count;
        if (classCount > (ulong)(Array.MaxLength / (columns + 1)))
        {
            throw new ArgumentException(
                $"The label column '{label.Name}' has {classCount} classes, which with {columns} features makes more weights than an array "
                + $"can hold, {Array.MaxLength}.");
        }

        var blocks = new FeatureBlocks(columns);
        var labels = new List<int>();
        DataViewSchema.Column? weight = HeadColumns.FindWeight(data.Schema, options);
        List<float>? weights = weight is null ? null : [];
        long skipped = 0;
        using (DataViewRowCursor cursor = data.GetRowCursor(weight is { } column ? [label, features, column] : [label, features]))
        {
            ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label);
            ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(features);
            ValueGetter<float>? getWeight = weight is { } active ? cursor.GetGetter<float>(active) : null;
            uint key = 0;
            float rowWeight = 1;
            VBuffer<float> values = default;
            while (cursor.MoveNext())
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                getLabel(ref key);
                if (key == 0 || key > classCount)
                {
                    skipped++;
                    continue;
                }

                getWeight?.Invoke(ref rowWeight);
                CheckWeight(rowWeight, cursor.Position, options.ExampleWeightColumnName);
                if (rowWeight == 0)
                {
                    continue;
                }

                getFeatures(ref values);
                values.CopyTo(blocks.AddRow());
                CheckFinite(blocks.Row(blocks.RowCount - 1), cursor.Position, features.Name);
                labels.Add((int)key - 1);
                weights?.Add(rowWeight);
            }
        }

        string[]? keyTexts = ClassNames.OfKeyValues(label);
        LabelColumn.CheckClasses(labels, keyTexts, label.Name, skipped);
        return new HeadTrainingSet(blocks, [.. labels], weights?.ToArray(), (int)classCount, keyTexts, skipped);
    }

    private static void CheckWeight(float weight, long position, string? column)
    {
        if (!(float.IsFinite(weight) && weight >= 0))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Row {position} (counted from 0) of the example weight column '{column}' is {weight}; ")
                + "it must be a finite number of at least 0.");
        }
    }

    private static void CheckFinite(ReadOnlySpan<float> row, long position, string column)
    {
        if (VectorKernels.AllFinite(row))
        {
            return;
        }

        int slot = 0;
        while (float.IsFinite(row[slot]))
        {
            slot++;
        }

        bool missing = float.IsNaN(row[slot]);
        throw new InvalidOperationException(
            $"Row {position} (counted from 0) of the feature column '{column}' holds "
            + $"{(missing ? "NaN" : "an infinite number")} in slot {slot}; "
            + "only finite numbers can be learned from. "
            + (missing
                ? $"Leave such rows out: data = mlContext.Data.FilterRowsByMissingValues(data, \"{column}\")."
                : "Leave such rows out with mlContext.Data.FilterByCustomPredicate."));
    }
}

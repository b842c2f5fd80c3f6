using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.FineTuning.Views;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>The rows of data as images with their classes.</summary>
/// <param name="Sources">The image of each row with a label.</param>
/// <param name="Labels">Its class, from 0.</param>
/// <param name="ClassCount">Number of classes of the label's key type.</param>
/// <param name="KeyTexts">What the key values say; null if they say nothing.</param>
/// <param name="SkippedRows">Number of rows without a label.</param>
internal sealed record LabelledImages(
    IReadOnlyList<ImageSource> Sources, IReadOnlyList<int> Labels, int ClassCount, string[]? KeyTexts, long SkippedRows)
{
    /// <summary>Reads data once; no image is opened.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public static LabelledImages Read(IDataView data, MobileNetV2TrainerOptions options)
    {
        DataViewSchema.Column label = HeadColumns.FindLabel(data.Schema, options.LabelColumnName);
        DataViewSchema.Column image = ImageSourceColumn.Find(data.Schema, options.InputColumnName);
        ulong classCount = ((KeyDataViewType)label.Type).Count;
        if (classCount > int.MaxValue)
        {
            throw new ArgumentException($"The label column '{label.Name}' has {classCount} classes; up to {int.MaxValue} are allowed.");
        }

        var sources = new List<ImageSource>();
        var labels = new List<int>();
        long skipped = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([label, image]);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label);
        Func<ImageSource?> readSource = ImageSourceColumn.Reader(cursor, image, options.OnBadImage, options.BadImageFound);
        uint key = 0;
        while (cursor.MoveNext())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            getLabel(ref key);
            if (key == 0 || key > classCount)
            {
                skipped++;
                continue;
            }

            if (readSource() is { } source)
            {
                sources.Add(source);
                labels.Add((int)key - 1);
            }
        }

        return new(sources, labels, (int)classCount, ClassNames.OfKeyValues(label), skipped);
    }

    /// <summary>These images and others after them, which have the same classes.</summary>
    /// <exception cref="ArgumentException">They have others.</exception>
    public LabelledImages Followed(LabelledImages others, string labelColumn)
    {
        bool areSame = ClassCount == others.ClassCount
            && (KeyTexts is null || others.KeyTexts is null || KeyTexts.AsSpan().SequenceEqual(others.KeyTexts));
        return areSame
            ? this with { Sources = [.. Sources, .. others.Sources], Labels = [.. Labels, .. others.Labels] }
            : throw new ArgumentException(
                $"The label column '{labelColumn}' has other key values in {nameof(MobileNetV2TrainerOptions.ValidationSet)} than in the "
                + "training data. Transform both with one fitted MapValueToKey.");
    }
}

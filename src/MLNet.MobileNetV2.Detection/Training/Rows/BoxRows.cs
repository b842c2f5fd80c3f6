using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.Detection.Training.Rows;

/// <summary>Reads rows with an image and its boxes as a data set.</summary>
internal static class BoxRows
{
    /// <summary>Reads data once; no image file is opened.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="options">The columns, and the handling of images that are null.</param>
    /// <param name="name">What the data are called in messages.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, or a row has not four numbers for each label.
    /// </exception>
    /// <exception cref="BadImageException">An image is null, and bad ones are not left out.</exception>
    public static DetectionDataset Read(IDataView data, MobileNetV2DetectorTrainerOptions options, string name)
    {
        MobileNetV2DetectionOptions detection = options.Detection;
        (DataViewSchema.Column label, bool areKeys) = BoxColumns.FindLabels(data.Schema, options.LabelColumnName);
        DataViewSchema.Column boxColumn = BoxColumns.FindBoxes(data.Schema, options.BoundingBoxColumnName);
        DataViewSchema.Column image = ImageSourceColumn.Find(data.Schema, detection.InputColumnName);
        string[]? keyTexts = areKeys ? ClassNames.OfKeyValues(label) : null;

        var images = new List<DetectionImage>();
        using DataViewRowCursor cursor = data.GetRowCursor([label, boxColumn, image]);
        Func<IReadOnlyList<string>> readLabels = areKeys ? Keys(cursor, label, keyTexts) : Texts(cursor, label);
        ValueGetter<VBuffer<float>> getBoxes = cursor.GetGetter<VBuffer<float>>(boxColumn);
        Func<ImageSource?> readSource = ImageSourceColumn.Reader(cursor, image, detection.OnBadImage, detection.BadImageFound);
        VBuffer<float> edges = default;
        for (long row = 1; cursor.MoveNext(); row++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (readSource() is not { } source)
            {
                continue;
            }

            getBoxes(ref edges);
            string picture = source.Path ?? string.Create(CultureInfo.InvariantCulture, $"row {row} of {name}");
            images.Add(new(picture, Width: null, Height: null, Boxes(picture, readLabels(), [.. edges.DenseValues()]))
            {
                Source = source,
            });
        }

        // Texts in the order of Pascal VOC and VoTT, which name none.
        IEnumerable<string> classes = areKeys && keyTexts is not null
            ? keyTexts
            : images.SelectMany(one => one.Boxes.Select(box => box.Label))
                .Where(text => text.Length > 0).Distinct().Order(StringComparer.Ordinal);
        return new(name, DetectionDatasetFormat.Coco, [.. classes], images);
    }

    private static LabelledBox[] Boxes(string picture, IReadOnlyList<string> labels, float[] edges) => edges.Length == 4 * labels.Count
        ? [.. labels.Select((label, box) => new LabelledBox(
            label, BoundingBox.FromEdges(edges[4 * box], edges[(4 * box) + 1], edges[(4 * box) + 2], edges[(4 * box) + 3])))]
        : throw new ArgumentException(FormattableString.Invariant(
            $"'{picture}' has {labels.Count} labels and {edges.Length} numbers of boxes; {4 * labels.Count} are needed: ")
            + "left, top, right and bottom for each label.");

    private static Func<IReadOnlyList<string>> Texts(DataViewRowCursor cursor, DataViewSchema.Column label)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> get = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(label);
        VBuffer<ReadOnlyMemory<char>> texts = default;
        return () =>
        {
            get(ref texts);
            return [.. texts.DenseValues().Select(text => text.ToString())];
        };
    }

    // A missing key is of no class, like an empty text: the check of the data finds it.
    private static Func<IReadOnlyList<string>> Keys(DataViewRowCursor cursor, DataViewSchema.Column label, string[]? keyTexts)
    {
        ValueGetter<VBuffer<uint>> get = cursor.GetGetter<VBuffer<uint>>(label);
        VBuffer<uint> keys = default;
        return () =>
        {
            get(ref keys);
            return
            [
                .. keys.DenseValues().Select(key => key == 0 || key > keyTexts?.Length
                    ? string.Empty
                    : ClassNames.Name(keyTexts, (int)key - 1)),
            ];
        };
    }
}

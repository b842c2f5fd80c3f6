using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Evaluation;

/// <summary>Reads rows with a label and scores as images of a report.</summary>
internal static class ScoredRows
{
    /// <summary>Reads the rows once and reports on them.</summary>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, there is no row, or one has no label, one that is no class, or a missing score.
    /// </exception>
    public static ClassificationReport Evaluate(IDataView data, ImageClassifierEvaluationOptions options)
    {
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column label = SchemaColumns.Find(schema, "label", options.LabelColumnName);
        DataViewSchema.Column score = SchemaColumns.Find(schema, "score", options.ScoreColumnName);
        DataViewSchema.Column? path = schema.GetColumnOrNull(options.ImagePathColumnName) is { Type: TextDataViewType } one ? one : null;
        DataViewSchema.Column? group = options.GroupColumnName is { } name ? TextColumn(schema, name) : null;
        IReadOnlyList<string> classes = ClassNames.Of(score);
        Func<string?, int> indexOf = Indices(classes, label.Name);
        DataViewSchema.Column?[] read = [label, score, path, group];
        using DataViewRowCursor cursor = data.GetRowCursor(read.OfType<DataViewSchema.Column>());
        Func<int> readLabel = LabelReader(cursor, label, classes, indexOf);
        return ClassificationReport.Create(classes, Images(cursor, readLabel, score, path, group), options.Report);
    }

    private static IEnumerable<ScoredImage> Images(
        DataViewRowCursor cursor,
        Func<int> readLabel,
        DataViewSchema.Column score,
        DataViewSchema.Column? path,
        DataViewSchema.Column? group)
    {
        ValueGetter<VBuffer<float>> getScores = cursor.GetGetter<VBuffer<float>>(score);
        Func<string?> readPath = TextReader(cursor, path);
        Func<string?> readGroup = TextReader(cursor, group);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            getScores(ref scores);
            yield return new(readLabel(), scores.DenseValues().ToArray()) { Path = readPath(), Group = readGroup() };
        }
    }

    private static Func<int> LabelReader(
        DataViewRowCursor cursor, DataViewSchema.Column label, IReadOnlyList<string> classes, Func<string?, int> indexOf)
    {
        if (label.Type is TextDataViewType)
        {
            Func<string?> read = TextReader(cursor, label);
            return () => indexOf(read());
        }

        if (label.Type is not KeyDataViewType { RawType: { } raw } || raw != typeof(uint))
        {
            throw new ArgumentException(
                $"The label column '{label.Name}' is of type {label.Type}; text or a key (Key<UInt32>) is needed.");
        }

        string[]? names = ClassNames.OfKeyValues(label);
        ValueGetter<uint> get = cursor.GetGetter<uint>(label);
        uint key = 0;
        return () =>
        {
            get(ref key);
            return key == 0 || key > (names?.Length ?? classes.Count) ? indexOf(null)
                : names is null ? (int)key - 1
                : indexOf(names[key - 1]);
        };
    }

    private static Func<string?, int> Indices(IReadOnlyList<string> classes, string column)
    {
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((int index, string name) in classes.Index())
        {
            indices.TryAdd(name, index);
        }

        return name => name is not null && indices.TryGetValue(name, out int index) ? index : throw new ArgumentException(
            $"The label column '{column}' has {(string.IsNullOrEmpty(name) ? "a row without a label" : $"the label '{name}'")}; "
            + $"the classes of the scores are: '{string.Join("', '", classes)}'.");
    }

    private static Func<string?> TextReader(DataViewRowCursor cursor, DataViewSchema.Column? column)
    {
        if (column is not { } text)
        {
            return () => null;
        }

        ValueGetter<ReadOnlyMemory<char>> get = cursor.GetGetter<ReadOnlyMemory<char>>(text);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            get(ref value);
            return value.ToString();
        };
    }

    private static DataViewSchema.Column TextColumn(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, "group", name);
        return column.Type is TextDataViewType
            ? column
            : throw new ArgumentException($"The group column '{name}' is of type {column.Type}; text is needed.");
    }
}

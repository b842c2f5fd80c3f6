using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2;

/// <summary>
/// The names of a classifier's classes. A class has one name, whatever type its label is of: predictors, ONNX files, reports, messages and
/// the command line all say it.
/// </summary>
/// <remarks>
/// <para>The name is what <c>PredictedLabel</c> says after <c>MapKeyToValue</c>, as text in the invariant culture:</para>
/// <list type="table">
/// <listheader><term>Key values</term><description>Names</description></listheader>
/// <item><term>text</term><description>the text as it is, even if it is empty or that of another class</description></item>
/// <item><term><see cref="bool"/></term><description><c>True</c>, <c>False</c></description></item>
/// <item>
/// <term>numbers</term>
/// <description>the shortest text that reads back as the same number: <c>30</c>, <c>-0.5</c>, <c>1E+10</c></description>
/// </item>
/// <item>
/// <term><see cref="DateTime"/></term>
/// <description><c>2024-03-01T17:06:07.0080000</c>, without its kind (UTC, local), which a saved model does not keep</description>
/// </item>
/// <item><term><see cref="DateTimeOffset"/></term><description><c>2024-03-01T17:06:07.0080000+02:00</c></description></item>
/// <item><term><see cref="TimeSpan"/></term><description><c>00:00:01.5000000</c>, <c>-3.00:00:00</c></description></item>
/// <item><term><see cref="DataViewRowId"/></term><description>its 32 hexadecimal digits</description></item>
/// <item><term>keys, or no values at all</term><description>the number of the key, from 1</description></item>
/// </list>
/// <para>
/// A key without values counts from 1 as <c>PredictedLabel</c> reads: ML.NET adds 1 to the numbers that it makes such keys of, in a class
/// (<c>[KeyType]</c>) or a text file (<c>KeyCount</c>), since 0 is a missing key.
/// </para>
/// </remarks>
public static class ClassNames
{
    private const string KeyValues = "KeyValues";
    private const string TrainingLabelValues = "TrainingLabelValues";

    private static readonly Dictionary<Type, Func<DataViewSchema.Annotations, string, string[]>> s_readers = new()
    {
        [typeof(ReadOnlyMemory<char>)] = Read<ReadOnlyMemory<char>>,
        [typeof(bool)] = Read<bool>,
        [typeof(sbyte)] = Read<sbyte>,
        [typeof(byte)] = Read<byte>,
        [typeof(short)] = Read<short>,
        [typeof(ushort)] = Read<ushort>,
        [typeof(int)] = Read<int>,
        [typeof(uint)] = Read<uint>,
        [typeof(long)] = Read<long>,
        [typeof(ulong)] = Read<ulong>,
        [typeof(float)] = Read<float>,
        [typeof(double)] = Read<double>,
        [typeof(DateTime)] = Read<DateTime>,
        [typeof(DateTimeOffset)] = Read<DateTimeOffset>,
        [typeof(TimeSpan)] = Read<TimeSpan>,
        [typeof(DataViewRowId)] = Read<DataViewRowId>,
    };

    /// <summary>The names in the order of the keys, or of the scores.</summary>
    /// <param name="column">A key, such as the label or a predicted key, or the <c>Score</c> of a multiclass classifier.</param>
    /// <exception cref="ArgumentException">The column is of another type, or its scores are not those of classes.</exception>
    public static IReadOnlyList<string> Of(DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType { Count: <= int.MaxValue } key => OfKeyValues(column) ?? Numbers((int)key.Count),
        VectorDataViewType { IsKnownSize: true } scores when scores.ItemType == NumberDataViewType.Single =>
            Texts(column, "SlotNames", scores.Size)
            ?? Texts(column, TrainingLabelValues, scores.Size)
            ?? (AreOfClasses(column) ? Numbers(scores.Size) : throw Wrong(column, " whose slots have no names")),
        _ => throw Wrong(column, string.Empty),
    };

    /// <summary>What the key values of a key, or of a vector of keys, say, in the order of the keys; null if they say nothing.</summary>
    internal static string[]? OfKeyValues(DataViewSchema.Column key) =>
        Texts(key, KeyValues, ((KeyDataViewType)(key.Type is VectorDataViewType vector ? vector.ItemType : key.Type)).Count);

    /// <summary>The name of one class.</summary>
    /// <param name="keyValues">What <see cref="OfKeyValues"/> gave.</param>
    /// <param name="index">The class, from 0.</param>
    internal static string Name(string[]? keyValues, int index) => keyValues?[index] ?? (index + 1L).ToString(CultureInfo.InvariantCulture);

    /// <summary>The place of each of names that are all different.</summary>
    internal static Dictionary<string, int> Places(IReadOnlyList<string> names) =>
        names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(index => Name(null, index))];

    private static string[]? Texts(DataViewSchema.Column column, string kind, ulong count) =>
        column.Annotations.Schema.GetColumnOrNull(kind)?.Type is VectorDataViewType vector
        && (ulong)vector.Size == count
        && s_readers.TryGetValue(vector.ItemType.RawType, out Func<DataViewSchema.Annotations, string, string[]>? read)
            ? read(column.Annotations, kind)
            : null;

    private static string[]? Texts(DataViewSchema.Column column, string kind, int count) => Texts(column, kind, (ulong)count);

    // Stock classifiers say so of their scores.
    private static bool AreOfClasses(DataViewSchema.Column scores)
    {
        const string Kind = "ScoreColumnKind";
        if (scores.Annotations.Schema.GetColumnOrNull(Kind)?.Type is not TextDataViewType)
        {
            return false;
        }

        ReadOnlyMemory<char> kind = default;
        scores.Annotations.GetValue(Kind, ref kind);
        return kind.Span.SequenceEqual("MulticlassClassification");
    }

    private static string[] Read<T>(DataViewSchema.Annotations annotations, string kind)
    {
        VBuffer<T> values = default;
        annotations.GetValue(kind, ref values);
        return [.. values.DenseValues().Select(value => Text(value!))];
    }

    private static string Text(object value) => value switch
    {
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Unspecified).ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static ArgumentException Wrong(DataViewSchema.Column column, string more) => new(
        $"The column '{column.Name}' is of type {column.Type}{more}; "
        + "a key, or the scores of a multiclass classifier, have names of classes.",
        nameof(column));
}

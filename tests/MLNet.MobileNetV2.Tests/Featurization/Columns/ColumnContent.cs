using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.Columns;

/// <summary>A column's name and type, and what it gives for every row: the numbers of a vector of floats, else a text.</summary>
internal sealed record ColumnContent(string Name, string Type, bool IsHidden, IReadOnlyList<object> Values)
{
    private const double Tolerance = 1e-4;

    private static readonly MethodInfo s_scalar = typeof(ColumnContent).GetMethod(
        nameof(Scalar), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly MethodInfo s_vector = typeof(ColumnContent).GetMethod(
        nameof(Vector), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>All columns of a view, hidden ones too, read in one pass.</summary>
    public static IReadOnlyList<ColumnContent> Read(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        return Read(cursor, cursor.MoveNext);
    }

    /// <summary>All columns of a view, each read in a pass of its own, in which no other is active.</summary>
    public static IReadOnlyList<ColumnContent> ReadApart(IDataView view) =>
    [
        .. view.Schema.Select(column =>
        {
            using DataViewRowCursor cursor = view.GetRowCursor([column]);
            Func<object> read = Reader(cursor, column);
            var values = new List<object>();
            while (cursor.MoveNext())
            {
                values.Add(read());
            }

            return new ColumnContent(column.Name, $"{column.Type}", column.IsHidden, values);
        }),
    ];

    /// <summary>All columns of a row that moves.</summary>
    public static IReadOnlyList<ColumnContent> Read(DataViewRow row, Func<bool> moveNext)
    {
        (DataViewSchema.Column Column, Func<object> Read, List<object> Values)[] readers =
            [.. row.Schema.Select(column => (column, Reader(row, column), new List<object>()))];
        while (moveNext())
        {
            foreach ((_, Func<object> read, List<object> values) in readers)
            {
                values.Add(read());
            }
        }

        return
        [
            .. readers.Select(
                reader => new ColumnContent(reader.Column.Name, $"{reader.Column.Type}", reader.Column.IsHidden, reader.Values)),
        ];
    }

    /// <summary>The columns that are not hidden, by name.</summary>
    public static IReadOnlyList<ColumnContent> Visible(IEnumerable<ColumnContent> columns) =>
        [.. columns.Where(column => !column.IsHidden).OrderBy(column => column.Name, StringComparer.Ordinal)];

    /// <summary>Some of the rows.</summary>
    public static IReadOnlyList<ColumnContent> Rows(IEnumerable<ColumnContent> columns, params long[] rows) =>
        [.. columns.Select(column => column with { Values = [.. rows.Select(row => column.Values[(int)row])] })];

    /// <summary>Fails where the columns differ in their names, order, types or any value of any row.</summary>
    public static void AssertEqual(IReadOnlyList<ColumnContent> expected, IReadOnlyList<ColumnContent> found, string what)
    {
        Assert.Equal(Describe(expected), Describe(found));
        foreach ((ColumnContent one, ColumnContent other) in expected.Zip(found))
        {
            Assert.True(
                one.Values.Count == other.Values.Count, $"{what}: '{one.Name}' has {other.Values.Count} rows, not {one.Values.Count}.");
            for (int row = 0; row < one.Values.Count; row++)
            {
                Assert.True(
                    AreEqual(one.Values[row], other.Values[row]),
                    $"{what}: row {row} of '{one.Name}' is {Show(other.Values[row])}, not {Show(one.Values[row])}.");
            }
        }
    }

    private static string Describe(IEnumerable<ColumnContent> columns) =>
        string.Join(", ", columns.Select(column => $"{column.Name}: {column.Type}{(column.IsHidden ? " (hidden)" : string.Empty)}"));

    private static bool AreEqual(object one, object other) => one is float[] expected && other is float[] found
        ? expected.Length == found.Length && (expected.Length == 0 || Photos.MaxDifference([expected], [found]) <= Tolerance)
        : one.Equals(other);

    private static string Show(object value) => value is float[] numbers ? $"[{string.Join(' ', numbers.Take(4))} ...]" : $"{value}";

    private static Func<object> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        MethodInfo method = column.Type is VectorDataViewType vector
            ? s_vector.MakeGenericMethod(vector.ItemType.RawType)
            : s_scalar.MakeGenericMethod(column.Type.RawType);
        return (Func<object>)method.Invoke(null, [row, column])!;
    }

    private static Func<object> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return value is MLImage image
                ? $"{image.Width} x {image.Height} {Convert.ToHexString(image.Pixels)}"
                : string.Create(CultureInfo.InvariantCulture, $"{value}");
        };
    }

    private static Func<object> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            T[] values = [.. value.DenseValues()];
            return values as object as float[] ?? (object)string.Create(CultureInfo.InvariantCulture, $"[{string.Join("; ", values)}]");
        };
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Data;

/// <summary>The row numbers of a view, grouped by label.</summary>
internal static class LabelGroups
{
    /// <summary>Reads the label column once and returns each class's rows in order, the classes in order of first appearance.</summary>
    /// <remarks>Rows whose label is missing (an empty text, NaN, key 0) are a class of their own.</remarks>
    /// <exception cref="ArgumentException">The column is missing or holds no single values, or the view has no row.</exception>
    public static IReadOnlyList<long[]> Read(IDataView data, string labelColumnName, CancellationToken cancellationToken)
    {
        if (data.Schema.GetColumnOrNull(labelColumnName) is not DataViewSchema.Column label)
        {
            string columns = string.Join(", ", data.Schema.Where(column => !column.IsHidden).Select(column => $"'{column.Name}'"));
            throw new ArgumentException($"There is no label column '{labelColumnName}'; the data has {columns}.", nameof(labelColumnName));
        }

        List<long[]> groups = GroupByType(data, label, cancellationToken);
        return groups.Count > 0 ? groups : throw new ArgumentException("The data has no rows.", nameof(data));
    }

    private static List<long[]> GroupByType(IDataView data, DataViewSchema.Column label, CancellationToken cancellationToken)
    {
        // ReadOnlyMemory compares references, so text is grouped as strings.
        return label.Type is TextDataViewType
            ? Group<ReadOnlyMemory<char>, string>(static text => text.ToString())
            : Type.GetTypeCode(label.Type.RawType) switch
            {
                TypeCode.Boolean => Group<bool, bool>(static value => value),
                TypeCode.SByte => Group<sbyte, sbyte>(static value => value),
                TypeCode.Byte => Group<byte, byte>(static value => value),
                TypeCode.Int16 => Group<short, short>(static value => value),
                TypeCode.UInt16 => Group<ushort, ushort>(static value => value),
                TypeCode.Int32 => Group<int, int>(static value => value),
                TypeCode.UInt32 => Group<uint, uint>(static value => value),
                TypeCode.Int64 => Group<long, long>(static value => value),
                TypeCode.UInt64 => Group<ulong, ulong>(static value => value),
                TypeCode.Single => Group<float, float>(static value => value),
                TypeCode.Double => Group<double, double>(static value => value),
                TypeCode.DateTime => Group<DateTime, DateTime>(static value => value),
                _ when label.Type is DateTimeOffsetDataViewType => Group<DateTimeOffset, DateTimeOffset>(static value => value),
                _ when label.Type is TimeSpanDataViewType => Group<TimeSpan, TimeSpan>(static value => value),
                _ when label.Type is RowIdDataViewType => Group<DataViewRowId, DataViewRowId>(static value => value),
                _ => throw new ArgumentException(
                    $"The label column '{label.Name}' has type {label.Type}; a text, key, Boolean, number, date, time or row id is needed.",
                    nameof(label)),
            };

        List<long[]> Group<TValue, TKey>(Func<TValue, TKey> keyOf)
            where TKey : notnull
        {
            var groups = new Dictionary<TKey, List<long>>();
            var ordered = new List<List<long>>();
            using DataViewRowCursor cursor = data.GetRowCursor([label]);
            ValueGetter<TValue> getter = cursor.GetGetter<TValue>(label);
            TValue value = default!;
            for (long row = 0; cursor.MoveNext(); row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                getter(ref value);
                TKey key = keyOf(value);
                if (!groups.TryGetValue(key, out List<long>? rows))
                {
                    groups.Add(key, rows = []);
                    ordered.Add(rows);
                }

                rows.Add(row);
            }

            return ordered.ConvertAll(rows => rows.ToArray());
        }
    }
}

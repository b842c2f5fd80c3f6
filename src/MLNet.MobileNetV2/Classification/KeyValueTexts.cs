using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Classification;

/// <summary>What the key values of a label column say, of whatever type they are.</summary>
internal static class KeyValueTexts
{
    private static readonly Dictionary<Type, Func<DataViewSchema.Column, string[]>> s_readers = new()
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
    };

    /// <summary>The texts in the order of the keys; null where the column has no key values, or of a type without texts.</summary>
    public static string[]? Of(DataViewSchema.Column label) =>
        label.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType vector
        && s_readers.TryGetValue(vector.ItemType.RawType, out Func<DataViewSchema.Column, string[]>? read)
            ? read(label)
            : null;

    private static string[] Read<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}"))];
    }
}

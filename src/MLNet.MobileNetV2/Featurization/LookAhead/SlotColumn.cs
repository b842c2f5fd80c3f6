using System.Reflection;
using System.Runtime.CompilerServices;
using MLNet.MobileNetV2.Featurization.Columns;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>The values of one column of the source, one a slot, kept from when a row is read until it is handed out.</summary>
internal abstract class SlotColumn
{
    private const BindingFlags Private = BindingFlags.Static | BindingFlags.NonPublic;
    private static readonly MethodInfo s_scalar = typeof(SlotColumn).GetMethod(nameof(Scalar), Private)!;
    private static readonly MethodInfo s_vector = typeof(SlotColumn).GetMethod(nameof(Vector), Private)!;

    /// <summary>Makes the slots of a column that the source's cursor has active.</summary>
    public static SlotColumn Create(DataViewRow source, DataViewSchema.Column column, int count)
    {
        if (column.Type.RawType == typeof(MLImage))
        {
            return new ImageSlotColumn(source.GetGetter<MLImage?>(column), count);
        }

        // A column's type is known only when the program runs; this is how ML.NET's own cursors go from it to a generic getter.
        MethodInfo method = column.Type is VectorDataViewType vector
            ? s_vector.MakeGenericMethod(vector.ItemType.RawType)
            : s_scalar.MakeGenericMethod(column.Type.RawType);
        return method.CreateDelegate<Func<DataViewRow, DataViewSchema.Column, int, SlotColumn>>()(source, column, count);
    }

    /// <summary>Reads the source's current row into a slot.</summary>
    /// <returns>The bytes that the value takes, about.</returns>
    public abstract long Read(int slot);

    /// <summary>A <see cref="ValueGetter{TValue}"/> that gives the value of the slot that is current when it is called.</summary>
    public abstract Delegate Getter(Func<int> current);

    private static SlotColumn Scalar<T>(DataViewRow source, DataViewSchema.Column column, int count) =>
        new ScalarSlotColumn<T>(source.GetGetter<T>(column), count);

    private static SlotColumn Vector<T>(DataViewRow source, DataViewSchema.Column column, int count) =>
        new VectorSlotColumn<T>(source.GetGetter<VBuffer<T>>(column), count);
}

/// <summary>A column of single values.</summary>
internal sealed class ScalarSlotColumn<T>(ValueGetter<T> source, int count) : SlotColumn, IColumnValues<T>
{
    private readonly T[] _values = new T[count];

    public T this[int slot] => _values[slot];

    public override long Read(int slot)
    {
        source(ref _values[slot]);
        return Unsafe.SizeOf<T>() + (_values[slot] is ReadOnlyMemory<char> text ? (long)text.Length * sizeof(char) : 0);
    }

    public override Delegate Getter(Func<int> current)
    {
        return new ValueGetter<T>(Get);

        void Get(ref T value) => value = _values[current()];
    }
}

/// <summary>A column of vectors, whose memory each slot keeps for its next row.</summary>
internal sealed class VectorSlotColumn<T>(ValueGetter<VBuffer<T>> source, int count) : SlotColumn, IColumnValues<VBuffer<T>>
{
    private readonly VBuffer<T>[] _values = new VBuffer<T>[count];

    public VBuffer<T> this[int slot] => _values[slot];

    public override long Read(int slot)
    {
        source(ref _values[slot]);
        return (long)_values[slot].GetValues().Length * Unsafe.SizeOf<T>();
    }

    public override Delegate Getter(Func<int> current)
    {
        return new ValueGetter<VBuffer<T>>(Get);

        void Get(ref VBuffer<T> value) => _values[current()].CopyTo(ref value);
    }
}

/// <summary>
/// A column of decoded images. A transform that gives an image may dispose the one before it, and one that takes an image may dispose
/// that, so the workers' images stay theirs: readers get copies, which they own.
/// </summary>
internal sealed class ImageSlotColumn(ValueGetter<MLImage?> source, int count) : SlotColumn, IColumnValues<MLImage?>
{
    private readonly MLImage?[] _values = new MLImage?[count];

    public MLImage? this[int slot] => _values[slot];

    public override long Read(int slot)
    {
        source(ref _values[slot]);
        return _values[slot] is { } image ? (long)image.Width * image.Height * image.BitsPerPixel / 8 : 0;
    }

    public override Delegate Getter(Func<int> current)
    {
        return new ValueGetter<MLImage?>(Get);

        void Get(ref MLImage? value)
        {
            value?.Dispose();
            value = Copy(_values[current()]);
        }
    }

    private static MLImage? Copy(MLImage? image)
    {
        if (image is null)
        {
            return null;
        }

        MLImage copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }
}

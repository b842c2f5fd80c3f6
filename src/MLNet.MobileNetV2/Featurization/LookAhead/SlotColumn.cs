using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>The values of one column of the source, one a slot, kept from when a row is read until it is handed out.</summary>
internal abstract class SlotColumn
{
    private static readonly MethodInfo s_scalar = typeof(SlotColumn).GetMethod(nameof(Scalar), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly MethodInfo s_vector = typeof(SlotColumn).GetMethod(nameof(Vector), BindingFlags.Static | BindingFlags.NonPublic)!;

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

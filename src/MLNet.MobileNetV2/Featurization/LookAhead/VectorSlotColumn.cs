using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

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

using System.Runtime.CompilerServices;
using Microsoft.ML;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

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

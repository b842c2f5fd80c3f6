using Microsoft.ML;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>A column of single values.</summary>
internal sealed class ScalarSlotColumn<T>(ValueGetter<T> source, int count) : SlotColumn
{
    private readonly T[] _values = new T[count];

    public T this[int slot] => _values[slot];

    public override void Read(int slot) => source(ref _values[slot]);

    public override Delegate Getter(Func<int> current)
    {
        return new ValueGetter<T>(Get);

        void Get(ref T value) => value = _values[current()];
    }
}

using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>The stack of a pickle. Values below the last mark can be taken only after the mark is popped.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw input.Error("its pickle takes a value from an empty stack.");

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>Takes the last <paramref name="count"/> values, in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }

        return values;
    }

    /// <summary>Takes the values above the last mark and the mark.</summary>
    public object?[] PopMark()
    {
        if (_marks.Count == 0)
        {
            throw input.Error("its pickle takes values from a missing mark.");
        }

        int start = Floor;
        object?[] values = CollectionsMarshal.AsSpan(_values)[start..].ToArray();
        _values.RemoveRange(start, values.Length);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    /// <summary>The one value that a whole pickle leaves.</summary>
    public object? Single() => _values.Count == 1 && _marks.Count == 0
        ? _values[0]
        : throw input.Error($"its pickle ends with {_values.Count} values and {_marks.Count} marks; one value is needed.");
}

/// <summary>Values that a pickle refers to again, by their numbers.</summary>
internal sealed class PickleMemo(PickleInput input)
{
    private static readonly object s_unset = new();

    private readonly List<object?> _values = [];

    /// <summary>The number of the next value where a pickle does not name it.</summary>
    public int NextIndex => _values.Count;

    /// <param name="index">The value's number.</param>
    /// <param name="maxIndex">The highest number that is possible so far: picklers count what they number.</param>
    /// <param name="value">The value.</param>
    public void Put(long index, int maxIndex, object? value)
    {
        if (index > maxIndex)
        {
            throw input.Error($"its pickle gives a value the number {index}; up to {maxIndex} are allowed there.");
        }

        while (_values.Count <= index)
        {
            _values.Add(s_unset);
        }

        _values[(int)index] = value;
    }

    public object? Get(long index) => index < _values.Count && _values[(int)index] != s_unset
        ? _values[(int)index]
        : throw input.Error($"its pickle refers to the value number {index}, which it does not have.");
}

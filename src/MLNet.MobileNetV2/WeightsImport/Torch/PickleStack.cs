using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>The stack of a pickle: values above the last mark may be taken, those below only once the mark is gone.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw input.Error("its pickle takes a value that is not there.");

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
            throw input.Error("its pickle takes values from a mark that is not there.");
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

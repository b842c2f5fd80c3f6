namespace MLNet.MobileNetV2.WeightsImport.Torch;

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

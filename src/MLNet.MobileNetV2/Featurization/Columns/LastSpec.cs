namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>What is made of the specification of the last row, which is constant over the rows. Thread-safe.</summary>
internal sealed class LastSpec<T>(Func<string, T> make)
    where T : class
{
    private sealed record Entry(string Json, T Value);

    private volatile Entry? _last;

    public T Of(ReadOnlyMemory<char> json)
    {
        Entry? last = _last;
        if (last is null || !json.Span.SequenceEqual(last.Json))
        {
            string text = json.ToString();
            _last = last = new Entry(text, make(text));
        }

        return last.Value;
    }
}

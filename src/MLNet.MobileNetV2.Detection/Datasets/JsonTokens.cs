using System.Text.Json;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>The tokens of a JSON stream one by one, in memory that does not grow with the stream. Not thread-safe.</summary>
internal sealed class JsonTokens(Stream stream) : IDisposable
{
    private const int FirstBuffer = 1 << 16;
    private const int LongestToken = 1 << 24;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private bool _isBegun;
    private bool _isFinal;
    private JsonReaderState _state = new(new() { MaxDepth = 64 });
    private int _valueStart;
    private int _valueLength;

    /// <summary>What the current token is.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>Goes to the next token; false at the end.</summary>
    /// <exception cref="JsonException">It is not valid JSON, too deep, or a token is too long.</exception>
    public bool Read()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
            bool isRead = _isBegun && reader.Read();
            if (isRead)
            {
                Type = reader.TokenType;
                _valueStart = _start + (int)reader.TokenStartIndex;
                _valueLength = reader.ValueSpan.Length;
            }

            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            if (isRead || (_isBegun && _isFinal))
            {
                return isRead;
            }

            Fill();
        }
    }

    /// <summary>Whether the current property or text is this one, written without escapes.</summary>
    public bool Is(ReadOnlySpan<byte> text) => _buffer.AsSpan(_valueStart + 1, _valueLength).SequenceEqual(text);

    /// <summary>The current property or text.</summary>
    public string Text()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_valueStart, _valueLength + 2));
        reader.Read();
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException("A text is not valid UTF-8.", path: null, lineNumber: null, bytePositionInLine: null, error);
        }
    }

    /// <summary>The current number; infinite where it is too large.</summary>
    public double Number()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_valueStart, _valueLength));
        reader.Read();
        return reader.TryGetDouble(out double number) ? number : double.PositiveInfinity;
    }

    /// <summary>The current number where it is whole; null where it is not.</summary>
    public long? Whole()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_valueStart, _valueLength));
        reader.Read();
        return reader.TryGetInt64(out long whole) ? whole
            : reader.TryGetDouble(out double number) && number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? (long)number
            : null;
    }

    /// <summary>Passes over the current value with all that is in it.</summary>
    public void Skip()
    {
        int depth = 0;
        do
        {
            depth += Type switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
        }
        while (depth > 0 && Read());
    }

    public void Dispose() => stream.Dispose();

    private void Fill()
    {
        int kept = _end - _start;
        if (kept == _buffer.Length)
        {
            if (kept >= LongestToken)
            {
                throw new JsonException($"A text or number has more than {LongestToken} bytes, which is the most that is allowed.");
            }

            Array.Resize(ref _buffer, 2 * kept);
        }
        else
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }

        _start = 0;
        int read = stream.ReadAtLeast(_buffer.AsSpan(kept), _isBegun ? 1 : 3, throwOnEndOfStream: false);
        _end = kept + read;
        _isFinal = read == 0;
        if (!_isBegun)
        {
            _isBegun = true;
            _start = _buffer.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        }
    }
}

using System.Text.Json;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Reads the properties of one object of an array, saying where it is when one is not as it should be.</summary>
internal readonly struct CocoObject
{
    private readonly JsonTokens _json;
    private readonly string _array;
    private readonly int _index;
    private readonly CocoContent _content;

    public CocoObject(JsonTokens json, string array, int index, CocoContent content)
    {
        _json = json;
        _array = array;
        _index = index;
        _content = content;
        if (json.Type != JsonTokenType.StartObject)
        {
            throw Fault("is no object");
        }
    }

    /// <summary>Goes to the next property; false at the end of the object.</summary>
    public bool Next() => _json.Read() && _json.Type == JsonTokenType.PropertyName;

    public void Skip()
    {
        _json.Read();
        _json.Skip();
    }

    public long Whole(string property)
    {
        _json.Read();
        Check(JsonTokenType.Number, property, "no number; a whole number is needed");
        return _json.Whole() ?? throw Fault($"has a {property} that is not whole; a whole number is needed");
    }

    public string Text(string property)
    {
        _json.Read();
        Check(JsonTokenType.String, property, "no text");
        string text = _json.Text();
        return text.Length > 0 ? text : throw Fault($"has a {property} that is empty");
    }

    /// <summary>A size in pixels; null for 0 or null, as for one that is not known.</summary>
    public int? Side(string property)
    {
        _json.Read();
        if (_json.Type == JsonTokenType.Null)
        {
            return null;
        }

        Check(JsonTokenType.Number, property, "no number; a number of pixels is needed");
        double side = _json.Number();
        return side is >= 1 and <= int.MaxValue ? (int)side : null;
    }

    public bool Flag(string property)
    {
        _json.Read();
        return _json.Type switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            JsonTokenType.Number => _json.Number() != 0,
            _ => throw Fault($"has an {property} that is neither 0 nor 1"),
        };
    }

    public BoundingBox Box(string property)
    {
        _json.Read();
        const string Need = "no array of 4 numbers; left, top, width and height are needed";
        Check(JsonTokenType.StartArray, property, Need);
        Span<float> numbers = stackalloc float[4];
        for (int index = 0; index < numbers.Length; index++)
        {
            _json.Read();
            Check(JsonTokenType.Number, property, Need);
            numbers[index] = (float)_json.Number();
        }

        _json.Read();
        Check(JsonTokenType.EndArray, property, Need);
        return new(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    public T Need<T>(T? value, string property)
        where T : struct => value ?? throw Fault($"has no {property}");

    public string Need(string? value, string property) => value ?? throw Fault($"has no {property}");

    private void Check(JsonTokenType type, string property, string otherwise)
    {
        if (_json.Type != type)
        {
            throw Fault($"has a {property} that is {otherwise}");
        }
    }

    private DetectionDatasetException Fault(string what) => _content.Fault($"{_array}[{_index}]", what);
}

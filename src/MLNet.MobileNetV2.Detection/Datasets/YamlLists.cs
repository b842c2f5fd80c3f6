using System.Globalization;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>
/// The part of YAML that <c>data.yaml</c> files are written in: keys with a text, a list in brackets or lines, or texts by number.
/// </summary>
internal sealed class YamlLists
{
    // Any of YOLO's files has far fewer.
    private const int MostClasses = 100_000;

    private readonly string _file;
    private readonly Dictionary<string, List<(string? Key, string Text)>> _values = new(StringComparer.Ordinal);

    private YamlLists(string file) => _file = file;

    /// <summary>Reads the keys of a file; other constructs are passed over.</summary>
    public static YamlLists Read(string file)
    {
        var lists = new YamlLists(file);
        List<(string? Key, string Text)>? current = null;
        foreach (string raw in DatasetText.Lines(file))
        {
            string line = WithoutComment(raw);
            string text = line.Trim();
            if (text.Length == 0 || text is "---" or "...")
            {
                continue;
            }

            if (text[0] == '-')
            {
                current?.Add((null, Unquoted(text[1..])));
            }
            else if (char.IsWhiteSpace(line[0]))
            {
                (string key, string value) = Pair(text);
                current?.Add(key.Length == 0 ? (null, Unquoted(value)) : (key, Unquoted(value)));
            }
            else
            {
                (string key, string value) = Pair(text);
                current = lists._values[key] = [.. Inline(value)];
            }
        }

        return lists;
    }

    /// <summary>The texts of a key; none where it is not there.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        _values.TryGetValue(key, out List<(string? Key, string Text)>? values) ? [.. values.Select(value => value.Text)] : [];

    /// <summary>The classes by number.</summary>
    /// <exception cref="DetectionDatasetException">There are none, or one has no name or a number that is not in order.</exception>
    public IReadOnlyList<string> Names()
    {
        List<(string? Key, string Text)> values = _values.GetValueOrDefault("names") ?? [];
        if (values.Count is 0 or > MostClasses)
        {
            throw new DetectionDatasetException(
                _file, values.Count == 0 ? "it has no 'names:', which would name the classes." : $"it has more than {MostClasses} names.");
        }

        for (int index = 0; index < values.Count; index++)
        {
            (string? key, string text) = values[index];
            string number = index.ToString(CultureInfo.InvariantCulture);
            if (text.Length == 0 || (key ?? number) != number)
            {
                throw new DetectionDatasetException(
                    _file, $"the name with the number {key ?? number} is {DatasetText.Shown(text)}; names from 0 up in order are needed.");
            }
        }

        return [.. values.Select(value => value.Text)];
    }

    private static IEnumerable<(string? Key, string Text)> Inline(string value)
    {
        if (value is not ['[' or '{', .., ']' or '}'])
        {
            return value.Length == 0 ? [] : [(null, Unquoted(value))];
        }

        bool isMap = value[0] == '{';
        return Parts(value[1..^1]).Select(part =>
        {
            (string key, string text) = isMap ? Pair(part) : (string.Empty, part);
            return (isMap ? key : null, Unquoted(text));
        });
    }

    /// <summary>Splits at the commas outside of quotes.</summary>
    private static IEnumerable<string> Parts(string list)
    {
        int start = 0;
        char quote = '\0';
        for (int at = 0; at <= list.Length; at++)
        {
            char next = at < list.Length ? list[at] : ',';
            quote = quote == '\0' && next is '"' or '\'' && at < list.Length ? next : next == quote ? '\0' : quote;
            if (next == ',' && (quote == '\0' || at == list.Length))
            {
                if (list[start..at].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                start = at + 1;
            }
        }
    }

    private static (string Key, string Value) Pair(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (string.Empty, text.Trim()) : (Unquoted(text[..colon]), text[(colon + 1)..].Trim());
    }

    private static string WithoutComment(string line)
    {
        char quote = '\0';
        for (int at = 0; at < line.Length; at++)
        {
            if (line[at] == '#' && quote == '\0' && (at == 0 || char.IsWhiteSpace(line[at - 1])))
            {
                return line[..at];
            }

            bool isQuote = line[at] is '"' or '\'' && (quote != '\0' || at == 0 || !char.IsLetterOrDigit(line[at - 1]));
            quote = isQuote ? quote == '\0' ? line[at] : quote == line[at] ? '\0' : quote : quote;
        }

        return line;
    }

    private static string Unquoted(string text)
    {
        text = text.Trim();
        return text is ['"', .., '"'] ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)
            : text is ['\'', .., '\''] ? text[1..^1].Replace("''", "'", StringComparison.Ordinal)
            : text;
    }
}

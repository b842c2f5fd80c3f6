using System.Text;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>
/// Reads comma-separated values as they come, by RFC 4180: fields may stand in double quotes, hold commas and line breaks then, and doubled
/// quotes for one.
/// </summary>
internal sealed class CsvRows(string file, TextReader reader)
{
    private const int MostFields = 1000;
    private const int MostCharacters = 65_536;

    private readonly StringBuilder _field = new();
    private int _line = 1;

    /// <summary>The rows with the line that each begins in, from 1; blank lines are left out.</summary>
    /// <exception cref="DetectionDatasetException">A quote is not closed, or a field or row is too long.</exception>
    public IEnumerable<(int Line, List<string> Fields)> Read()
    {
        while (reader.Peek() >= 0)
        {
            int line = _line;
            List<string> fields = ReadRow(line);
            if (fields.Count > 1 || !string.IsNullOrWhiteSpace(fields[0]))
            {
                yield return (line, fields);
            }
        }
    }

    private List<string> ReadRow(int line)
    {
        var fields = new List<string>();
        bool isLast = false;
        while (!isLast)
        {
            isLast = ReadField(line);
            fields.Add(_field.ToString());
            _field.Clear();
            if (fields.Count > MostFields)
            {
                throw new DetectionDatasetException(file, $"line {line} has more than {MostFields} fields.");
            }
        }

        return fields;
    }

    /// <summary>Reads up to a comma, or to the end of the row, which it says.</summary>
    private bool ReadField(int line)
    {
        bool isQuoted = false;
        while (true)
        {
            int next = reader.Read();
            if (next < 0)
            {
                return !isQuoted ? true : throw new DetectionDatasetException(file, $"line {line} has a quote that is not closed.");
            }

            if (next == '\n')
            {
                _line++;
            }

            if (next == '"')
            {
                bool isDoubled = isQuoted && reader.Peek() == '"';
                if (isDoubled)
                {
                    _field.Append((char)reader.Read());
                }

                isQuoted ^= !isDoubled;
            }
            else if (isQuoted || next is not (',' or '\r' or '\n'))
            {
                Append((char)next, line);
            }
            else if (next != '\r')
            {
                return next == '\n';
            }
        }
    }

    private void Append(char next, int line)
    {
        _field.Append(next);
        if (_field.Length > MostCharacters)
        {
            throw new DetectionDatasetException(file, $"line {line} has a field of more than {MostCharacters} characters.");
        }
    }
}

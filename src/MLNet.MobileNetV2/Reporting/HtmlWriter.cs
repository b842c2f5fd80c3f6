using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>Writes HTML, and SVG in it; every text and every value of an attribute is escaped. Not thread-safe.</summary>
internal sealed class HtmlWriter
{
    // The letters of all scripts stay as they are; what has a meaning in HTML does not.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _html = new();

    /// <summary>Opens an element, which ends where the result is disposed.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="attributes">Its attributes; those that are null are left out.</param>
    public Scope In(string tag, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Open(tag, attributes);
        _html.Append('>');
        return new(this, tag);
    }

    /// <summary>Writes an element that holds a text.</summary>
    public void Element(string tag, string text, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        using (In(tag, attributes))
        {
            Text(text);
        }
    }

    /// <summary>Writes an element that holds nothing.</summary>
    public void Empty(string tag, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Open(tag, attributes);
        _html.Append("/>");
    }

    /// <summary>Writes a text.</summary>
    public void Text(string text) => _html.Append(s_encoder.Encode(text));

    /// <summary>Writes text that is HTML already.</summary>
    public void Raw(string html) => _html.Append(html);

    public override string ToString() => _html.ToString();

    private void Open(string tag, ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        _html.Append('<').Append(tag);
        foreach ((string name, object? value) in attributes)
        {
            if (value is not null)
            {
                string text = value is double number
                    ? number.ToString("0.##", CultureInfo.InvariantCulture)
                    : Convert.ToString(value, CultureInfo.InvariantCulture)!;
                _html.Append(' ').Append(name).Append("=\"").Append(s_encoder.Encode(text)).Append('"');
            }
        }
    }

    /// <summary>An element that is open.</summary>
    internal readonly ref struct Scope(HtmlWriter writer, string tag)
    {
        /// <summary>Closes it.</summary>
        public void Dispose() => writer.Raw($"</{tag}>");
    }
}

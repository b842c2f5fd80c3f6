namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Text as a field of CSV (RFC 4180).</summary>
internal static class CsvText
{
    private static readonly System.Buffers.SearchValues<char> s_special = System.Buffers.SearchValues.Create(",\"\r\n");

    public static string Quote(string text) => text.AsSpan().ContainsAny(s_special)
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}

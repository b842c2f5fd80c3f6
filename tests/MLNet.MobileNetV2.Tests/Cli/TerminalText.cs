using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>What was written to a terminal, without the codes that move its cursor and colour it.</summary>
internal static partial class TerminalText
{
    /// <summary>The lines that are not empty, without the space behind them.</summary>
    public static string[] Lines(StringWriter written) =>
        [
            .. Codes().Replace(written.ToString(), string.Empty).Split('\n', '\r').Select(line => line.TrimEnd()).Where(
                line => line.Length > 0),
        ];

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Codes();
}

using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes how far work is as one line.</summary>
internal static class ProgressLine
{
    private const int LeastBar = 6;
    private const int WidestBar = 40;
    private const int Gap = 2;

    /// <summary>A line for files and pipes.</summary>
    public static string Plain(ProgressMoment moment)
    {
        string[] parts = [$"{moment.Title}: {Percent(moment)}", moment.Detail, Left(moment)];
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    /// <summary>A line with a bar, no longer than a terminal is wide: what does not fit is left out, the least important first.</summary>
    /// <param name="moment">How far the work is.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="isUnicode">Whether it shows more than ASCII.</param>
    public static string Fit(ProgressMoment moment, int width, bool isUnicode)
    {
        string begin = $"{moment.Title} ";
        string end = $" {Percent(moment)}{(Left(moment) is { Length: > 0 } left ? $"  {left}" : string.Empty)}";
        int room = width - begin.Length - end.Length;
        string detail = Shortened(moment.Detail, room - LeastBar - Gap);
        int bar = Math.Min(WidestBar, room - (detail.Length > 0 ? detail.Length + Gap : 0));
        string line = bar < LeastBar
            ? $"{moment.Title}{end}"
            : $"{begin}{Bar(moment.Fraction, bar, isUnicode)}{end}{(detail.Length > 0 ? new string(' ', Gap) : string.Empty)}{detail}";
        return line.Length <= width ? line : line[..Math.Max(width, 0)];
    }

    private static string Shortened(string detail, int length)
    {
        while (detail.Length > length)
        {
            int comma = detail.LastIndexOf(',');
            detail = comma < 0 ? string.Empty : detail[..comma];
            if (comma < 0)
            {
                break;
            }
        }

        return detail;
    }

    private static string Bar(double fraction, int length, bool isUnicode)
    {
        int done = (int)(fraction * length);
        (char full, char empty) = isUnicode ? ('━', '─') : ('#', '-');
        return new string(full, done) + new string(empty, length - done);
    }

    private static string Percent(ProgressMoment moment) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(moment.Fraction * 100):F0} %");

    private static string Left(ProgressMoment moment) => moment.Left is not { } left
        ? string.Empty
        : left.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left:mm\\:ss} left")
            : string.Create(CultureInfo.InvariantCulture, $"{left:m\\:ss} left");
}

/// <summary>The only column of the progress display: a line that fits.</summary>
internal sealed class ProgressLineColumn(ProgressState state) : ProgressColumn
{
    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(ProgressLine.Fit(state.Now(), Width(options), options.Unicode));

    /// <inheritdoc/>
    public override int? GetColumnWidth(RenderOptions options) => Width(options);

    /// <inheritdoc/>
    protected override bool NoWrap => true;

    // A character in a terminal's last column may begin a new line.
    private static int Width(RenderOptions options) => Math.Max(options.ConsoleSize.Width - 1, 1);
}

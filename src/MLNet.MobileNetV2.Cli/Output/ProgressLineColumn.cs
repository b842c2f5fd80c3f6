using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLNet.MobileNetV2.Cli.Output;

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

using System.Globalization;
using System.Text;
using SkiaSharp;

namespace MLNet.MobileNetV2.Assets;

/// <summary>An SVG file, complete in itself: the folder on the left, the model in the middle, predictions on the right.</summary>
internal sealed class PipelineDrawing(int trainingPhotos, int heldOutPhotos, double accuracy)
{
    private const int Width = 800;
    private const int Top = 84;
    private const int RowHeight = 46;
    private const int ThumbnailSide = 36;
    private const int BarLeft = 576;
    private const int BarWidth = 86;
    private const int JpegQuality = 85;

    // Twice the size that it is drawn at, for screens of high resolution.
    private const int ThumbnailPixels = 2 * ThumbnailSide;

    private readonly StringBuilder _shapes = new();
    private int _classes;
    private int _predictions;

    private int Height => Top + (Math.Max(_classes, _predictions) * RowHeight) + 28;

    /// <summary>Adds a sub-folder to the left panel.</summary>
    public void AddClass(string name, int count, IReadOnlyList<string> photos)
    {
        int y = Top + (_classes++ * RowHeight);
        Text(36, y + 23, name, "label");
        Text(140, y + 23, $"{count}", "small end");
        foreach ((int index, string photo) in photos.Index())
        {
            Thumbnail(152 + (index * (ThumbnailSide + 4)), y, photo);
        }
    }

    /// <summary>Adds a photo with its most probable classes to the right panel; a first one that is not its label is marked.</summary>
    public void AddPrediction(string photo, string label, IReadOnlyList<ClassScore> scores)
    {
        int y = Top + (_predictions++ * RowHeight);
        Thumbnail(BarLeft - 54, y, photo);
        foreach ((int index, ClassScore score) in scores.Index())
        {
            string rank = index > 0 ? "other" : score.Label == label ? "first" : "wrong";
            int line = y + 3 + (index * 18);
            double width = Math.Max(3, Math.Round(BarWidth * score.Score));
            Add($"""<rect x="{BarLeft}" y="{line}" width="{BarWidth}" height="12" rx="3" class="track"/>""");
            Add($"""<rect x="{BarLeft}" y="{line}" width="{width}" height="12" rx="3" class="{rank}"/>""");
            Text(BarLeft + BarWidth + 8, line + 11, score.Label, $"{rank}Label");
            Text(772, line + 11, $"{score.Score:P0}", "small end");
        }
    }

    /// <summary>The file's text.</summary>
    public string ToSvg() => string.Create(CultureInfo.InvariantCulture, $$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{Height}}" width="{{Width}}" height="{{Height}}" role="img">
        <title>A folder of photos becomes a classifier: six classes, and its predictions for photos that were held out</title>
        <style>
        text { font-family: -apple-system, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; font-size: 13px; fill: #24292f }
        .head { font-size: 15px; font-weight: 600 } .small { font-size: 12px; fill: #57606a } .end { text-anchor: end }
        .mid { text-anchor: middle } .label, .firstLabel, .wrongLabel { font-weight: 600 }
        .wrongLabel { fill: #bf3989 } .otherLabel { fill: #57606a }
        .panel { fill: #ffffff; stroke: #d0d7de } .model { fill: #512bd4 } .track { fill: #eaeef2 }
        .first { fill: #512bd4 } .other { fill: #b9a8f0 } .wrong { fill: #bf3989 }
        .light { fill: #ffffff } .bold { font-weight: 600 } .arrow { fill: none; stroke: #57606a; stroke-width: 2 }
        </style>
        <rect width="{{Width}}" height="{{Height}}" rx="10" fill="#f6f8fa"/>
        <rect x="20" y="20" width="306" height="{{Height - 40}}" rx="8" class="panel"/>
        <rect x="504" y="20" width="276" height="{{Height - 40}}" rx="8" class="panel"/>
        <text x="36" y="48" class="head">A folder of photos</text>
        <text x="36" y="66" class="small">one sub-folder per class, {{trainingPhotos}} photos</text>
        <text x="522" y="48" class="head">Photos it has not seen</text>
        <text x="522" y="66" class="small">{{accuracy:P0}} of {{heldOutPhotos}} get the right class</text>
        {{Model()}}
        {{_shapes}}</svg>

        """).ReplaceLineEndings("\n");

    private string Model()
    {
        int middle = Height / 2;
        return $"""
            <path d="M331 {middle} h14 m-6 -5 l6 5 l-6 5 M484 {middle} h14 m-6 -5 l6 5 l-6 5" class="arrow"/>
            <rect x="350" y="{middle - 66}" width="130" height="132" rx="8" class="model"/>
            <text x="415" y="{middle - 36}" class="mid light bold">MobileNetV2</text>
            <text x="415" y="{middle - 14}" class="mid light">1280 features</text>
            <text x="415" y="{middle + 4}" class="mid light">a photo</text>
            <text x="415" y="{middle + 32}" class="mid light bold">classifier head</text>
            <text x="415" y="{middle + 50}" class="mid light">solved in seconds</text>
            """;
    }

    private void Text(int x, int y, string text, string style) => Add($"""<text x="{x}" y="{y}" class="{style}">{text}</text>""");

    private void Thumbnail(int x, int y, string photo) => Add(
        $"""<image x="{x}" y="{y}" width="{ThumbnailSide}" height="{ThumbnailSide}" href="data:image/jpeg;base64,{Jpeg(photo)}"/>""");

    private void Add(FormattableString shape) => _shapes.Append(FormattableString.Invariant(shape)).Append('\n');

    private static string Jpeg(string photo)
    {
        using SKBitmap picture = SKBitmap.Decode(photo);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(ThumbnailPixels, ThumbnailPixels));
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High };
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.DrawBitmap(picture, SKRect.Create(ThumbnailPixels, ThumbnailPixels), paint);
        using SKImage image = surface.Snapshot();
        using SKData encoded = image.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return Convert.ToBase64String(encoded.AsSpan());
    }
}

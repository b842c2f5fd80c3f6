using System.Globalization;
using SkiaSharp;

namespace MLNet.MobileNetV2.Detection.Drawing;

/// <summary>Paints boxes and their labels.</summary>
internal static class BoxPainter
{
    // Of the photo's longer side.
    private const float LineShare = 1 / 250f;
    private const float TextShare = 1 / 36f;
    private const float LeastLine = 2;
    private const float LeastText = 11;

    // Text smaller than this says nothing.
    private const float LeastReadableText = 6;

    /// <summary>Paints true boxes, then objects, the best one last, so that it lies on top.</summary>
    public static void Paint(
        SKCanvas canvas, int width, int height, IReadOnlyList<DetectedObject> objects, IReadOnlyList<LabelledBox> truth)
    {
        float side = Math.Max(width, height);
        float line = Math.Max(LeastLine, side * LineShare);
        using var stroke = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = line, IsAntialias = true };
        PaintTruth(canvas, stroke, truth, width, height);
        foreach (DetectedObject found in objects.Reverse())
        {
            stroke.Color = ClassColour.Of(found.Label);
            canvas.DrawRect(Inside(found.Box, line, width, height), stroke);
        }

        // The best label has the first choice of a place.
        var taken = new List<SKRect>();
        foreach (DetectedObject found in objects)
        {
            PaintLabel(canvas, found, Math.Max(LeastText, side * TextShare), (width, height), taken);
        }
    }

    // White on black is seen on any photo.
    private static void PaintTruth(SKCanvas canvas, SKPaint stroke, IReadOnlyList<LabelledBox> truth, int width, int height)
    {
        float line = stroke.StrokeWidth;
        using var broken = SKPathEffect.CreateDash([3 * line, 3 * line], 0);
        foreach (LabelledBox box in truth)
        {
            SKRect place = Inside(box.Box, line, width, height);
            stroke.Color = SKColors.Black;
            canvas.DrawRect(place, stroke);
            stroke.Color = SKColors.White;
            stroke.PathEffect = broken;
            canvas.DrawRect(place, stroke);
            stroke.PathEffect = null;
        }
    }

    // The whole line is on the photo where the box ends at its edge.
    private static SKRect Inside(BoundingBox box, float line, int width, int height)
    {
        BoundingBox clipped = box.Clip(width, height);
        var rectangle = new SKRect(clipped.X, clipped.Y, clipped.Right, clipped.Y + clipped.Height);
        float half = line / 2;
        rectangle.Left = Math.Clamp(rectangle.Left, half, Math.Max(half, width - half));
        rectangle.Top = Math.Clamp(rectangle.Top, half, Math.Max(half, height - half));
        rectangle.Right = Math.Clamp(rectangle.Right, rectangle.Left, Math.Max(rectangle.Left, width - half));
        rectangle.Bottom = Math.Clamp(rectangle.Bottom, rectangle.Top, Math.Max(rectangle.Top, height - half));
        return rectangle;
    }

    private static void PaintLabel(
        SKCanvas canvas, DetectedObject found, float size, (int Width, int Height) photo, List<SKRect> taken)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{found.Label} {found.Score:P0}");
        using var paint = new SKPaint { IsAntialias = true, SubpixelText = true, Typeface = LabelFont.For(text), TextSize = size };
        float margin = size / 4;
        float wide = paint.MeasureText(text) + (2 * margin);
        if (wide > photo.Width)
        {
            float shrunk = photo.Width / wide;
            paint.TextSize *= shrunk;
            margin *= shrunk;
            wide = photo.Width;
        }

        float high = paint.FontSpacing;
        if (paint.TextSize < LeastReadableText || high > photo.Height)
        {
            return;
        }

        SKRect place = LabelPlace.Find(found.Box, wide, high, photo.Width, photo.Height, taken);
        taken.Add(place);
        paint.Color = ClassColour.Of(found.Label);
        canvas.DrawRect(place, paint);
        paint.Color = ClassColour.TextOn(paint.Color);
        canvas.DrawText(text, place.Left + margin, place.Top - paint.FontMetrics.Ascent, paint);
    }
}

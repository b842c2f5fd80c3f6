using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

/// <summary>Photos that were changed as people and programs change them.</summary>
internal static class PhotoChanges
{
    private const int Quality = 60;

    /// <summary>The changes by name.</summary>
    public static IReadOnlyList<string> All { get; } = ["copy", "small", "lighter", "cropped", "mirrored", "turned"];

    /// <summary>Writes a changed photo as JPEG.</summary>
    /// <returns>The path that was written.</returns>
    public static string Save(string photo, string change, string path)
    {
        using SKBitmap source = SKBitmap.Decode(photo);
        using SKBitmap opaque = Draw(source.Width, source.Height, canvas => canvas.DrawBitmap(source, 0, 0));
        (int width, int height) = (source.Width, source.Height);
        using SKBitmap changed = change switch
        {
            "copy" => opaque.Copy(),
            "small" => opaque.Resize(new SKImageInfo(width * 3 / 5, height * 3 / 5), SKFilterQuality.High),
            "lighter" => Draw(width, height, canvas => DrawLighter(canvas, opaque)),
            "cropped" => Draw(width * 9 / 10, height * 9 / 10, canvas => canvas.DrawBitmap(opaque, -width / 20, -height / 20)),
            "mirrored" => Draw(width, height, canvas =>
            {
                canvas.Scale(-1, 1, width / 2f, 0);
                canvas.DrawBitmap(opaque, 0, 0);
            }),
            _ => Draw(height, width, canvas =>
            {
                canvas.Translate(height, 0);
                canvas.RotateDegrees(90);
                canvas.DrawBitmap(opaque, 0, 0);
            }),
        };
        File.WriteAllBytes(path, changed.Encode(SKEncodedImageFormat.Jpeg, Quality).ToArray());
        return path;
    }

    private static void DrawLighter(SKCanvas canvas, SKBitmap photo)
    {
        const float Gain = 0.75f, Lift = 0.25f;
        using var paint = new SKPaint
        {
            ColorFilter = SKColorFilter.CreateColorMatrix(
                [Gain, 0, 0, 0, Lift, 0, Gain, 0, 0, Lift, 0, 0, Gain, 0, Lift, 0, 0, 0, 1, 0]),
        };
        canvas.DrawBitmap(photo, 0, 0, paint);
    }

    private static SKBitmap Draw(int width, int height, Action<SKCanvas> draw)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        draw(canvas);
        return bitmap;
    }
}

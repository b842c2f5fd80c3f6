using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Images to test with, and what the preprocessor makes of them.</summary>
internal static class Pictures
{
    /// <summary>An image whose pixels are given by a function of x and y.</summary>
    public static SKBitmap Paint(int width, int height, Func<int, int, SKColor> colour)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Span<byte> pixels = Bytes(bitmap);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                SKColor value = colour(x, y);
                int index = ((y * width) + x) * 4;
                (pixels[index], pixels[index + 1], pixels[index + 2], pixels[index + 3]) = (
                    value.Red, value.Green, value.Blue, value.Alpha);
            }
        }

        return bitmap;
    }

    /// <summary>Red, green, blue and yellow quarters, from the upper left one row by row.</summary>
    public static SKBitmap Quadrants(int width, int height) => Paint(width, height, (x, y) => (2 * x < width, 2 * y < height) switch
    {
        (true, true) => new SKColor(220, 40, 40),
        (false, true) => new SKColor(40, 200, 40),
        (true, false) => new SKColor(40, 40, 210),
        (false, false) => new SKColor(230, 220, 40),
    });

    /// <summary>An opaque image with smooth parts, edges and fine grain, like an image.</summary>
    public static SKBitmap Photo(int width, int height)
    {
        var random = new Random(width + (31 * height));
        double[] waves = [.. Enumerable.Range(0, Math.Max(width, height) * 3).Select(place => 85 * Math.Sin(place / 29.0))];
        return Paint(width, height, (x, y) => new SKColor(
            Level(128 + waves[x] + random.Next(-12, 13)),
            Level(128 - waves[x + (2 * y)] + random.Next(-12, 13)),
            Level((((x / 40) + (y / 30)) % 2 == 0 ? 60 : 190) + random.Next(-12, 13))));
    }

    public static byte[] EncodeAs(this SKBitmap bitmap, SKEncodedImageFormat format, int quality = 100)
    {
        using SKData data = bitmap.Encode(format, quality) ?? throw new InvalidOperationException($"Skia does not write {format}.");
        return data.ToArray();
    }

    /// <summary>The pixels of an image, four bytes each.</summary>
    public static Span<byte> Bytes(this SKBitmap bitmap) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bitmap.GetPixelSpan()), bitmap.ByteCount);

    public static byte[] Prepare(ReadOnlyMemory<byte> encoded, int size = 224, double cropFraction = 0.875)
    {
        var preprocessor = new ImagePreprocessor(new() { Size = size, CropFraction = cropFraction });
        byte[] rgba = new byte[preprocessor.ByteCount];
        preprocessor.FromEncoded(encoded.Span, null, rgba);
        return rgba;
    }

    public static byte[] PrepareFile(string? path, int size = 224, double cropFraction = 0.875)
    {
        var preprocessor = new ImagePreprocessor(new() { Size = size, CropFraction = cropFraction });
        byte[] rgba = new byte[preprocessor.ByteCount];
        preprocessor.FromFile(path, rgba);
        return rgba;
    }

    /// <summary>The pixel at x, y of a prepared image as red, green, blue.</summary>
    public static (int Red, int Green, int Blue) At(byte[] rgba, int size, int x, int y)
    {
        int index = ((y * size) + x) * 4;
        Assert.Equal(255, rgba[index + 3]);
        return (rgba[index], rgba[index + 1], rgba[index + 2]);
    }

    private static byte Level(double value) => (byte)Math.Clamp(value, 0, 255);
}

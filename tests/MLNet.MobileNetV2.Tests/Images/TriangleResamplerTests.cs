using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class TriangleResamplerTests
{
    [Theory]
    [InlineData(101, 67, 48, 0.875)]
    [InlineData(67, 101, 48, 1.0)]
    [InlineData(64, 64, 64, 1.0)]
    [InlineData(10, 7, 32, 0.875)]
    [InlineData(1, 1, 16, 0.875)]
    [InlineData(1, 200, 16, 0.875)]
    [InlineData(300, 2, 16, 1.0)]
    [InlineData(250, 240, 3, 0.9)]
    [InlineData(90, 80, 1, 0.3)]
    [InlineData(90, 80, 24, 1e-6)]
    public void Resize_OfACentredSquare_IsTheTripleLoopInDouble(int width, int height, int size, double fraction)
    {
        byte[] source = Noise(width, height);
        CropBox box = CropBox.Of(new ImagePreprocessing { CropFraction = fraction }, width, height);

        byte[] actual = Resize(source, width, height, box, size);

        PixelAssert.Near(NaiveResampler.Resize(source, width, height, box.Left, box.Top, box.Width, size), actual, levels: 1);
    }

    [Property(MaxTest = 60)]
    public void Resize_OfAnySquare_IsTheTripleLoopInDouble(PositiveInt width, PositiveInt height, PositiveInt size, byte place, byte part)
    {
        (int w, int h, int s) = ((width.Get % 60) + 1, (height.Get % 60) + 1, (size.Get % 40) + 1);
        double side = Math.Min(w, h) * (part + 1) / 256.0;
        CropBox box = new((w - side) * place / 255.0, (h - side) * (255 - place) / 255.0, side);
        byte[] source = Noise(w, h);

        byte[] actual = Resize(source, w, h, box, s);

        PixelAssert.Near(NaiveResampler.Resize(source, w, h, box.Left, box.Top, box.Width, s), actual, levels: 1);
    }

    [Theory]
    [InlineData(3, 60, 40, 21, 17)]
    [InlineData(4, 60, 40, 21, 17)]
    [InlineData(3, 5, 4, 21, 17)]
    [InlineData(3, 1, 1, 5, 2)]
    [InlineData(3, 300, 2, 7, 9)]
    public void Resize_OfARectangle_IsTheTripleLoopInDouble(int channels, int width, int height, int newWidth, int newHeight)
    {
        byte[] source = Noise(width, height)[..(channels * width * height)];
        var box = new CropBox(0.1 * width, 0.2 * height, 0.7 * width, 0.75 * height);
        byte[] actual = new byte[4 * newWidth * newHeight];

        TriangleResampler.Resize(source, width, height, channels, box, newWidth, newHeight, actual);

        byte[] expected = NaiveResampler.Resize(source, width, height, channels, box, newWidth, newHeight);
        for (int pixel = 0; pixel < newWidth * newHeight; pixel++)
        {
            PixelAssert.Near(expected.AsSpan(channels * pixel, channels), actual.AsSpan(4 * pixel, channels), levels: 1);
        }
    }

    [Fact]
    public void Resize_ToTheSameSize_ChangesNothing()
    {
        byte[] source = Noise(50, 50);
        Assert.Equal(source, Resize(source, 50, 50, new(0, 0, 50), 50));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(77)]
    public void Resize_OfOneLevel_KeepsTheLevel(byte level)
    {
        byte[] source = new byte[4 * 333 * 222];
        Array.Fill(source, level);
        CropBox box = CropBox.Of(new ImagePreprocessing { CropFraction = 0.875 }, 333, 222);
        Assert.All(Resize(source, 333, 222, box, 65), value => Assert.Equal(level, value));
    }

    [Fact]
    public void Resize_ByWholeSteps_IsTheTriangleOfTheDefinition()
    {
        // Four pixels to two: the triangle of half-width 2 around 1 has the weights 3 3 1 over 7 at the edge.
        byte[] source = new byte[4 * 4 * 4];
        for (int pixel = 0; pixel < 16; pixel++)
        {
            source.AsSpan(4 * pixel, 4).Fill((byte)((pixel % 4) switch { 0 => 0, 1 => 70, 2 => 140, _ => 210 }));
        }

        byte[] actual = Resize(source, 4, 4, new(0, 0, 4), 2);

        Assert.Equal((byte)Math.Round(((3 * 0) + (3 * 70) + (1 * 140)) / 7.0), actual[0]);
        Assert.Equal((byte)Math.Round(((1 * 70) + (3 * 140) + (3 * 210)) / 7.0), actual[4]);
    }

    [Theory]
    [InlineData(101, 67)]
    [InlineData(68, 100)]
    public void Resize_OfAMirroredPicture_IsTheMirroredResult(int width, int height)
    {
        const int size = 40;
        byte[] source = Noise(width, height);
        CropBox box = CropBox.Of(new ImagePreprocessing { CropFraction = 0.875 }, width, height);
        byte[] expected = new byte[4 * size * size];
        ImageOrientation.Apply(Resize(source, width, height, box, size), size, size, SKEncodedOrigin.BottomRight, expected);

        byte[] turned = new byte[source.Length];
        for (int pixel = 0; pixel < width * height; pixel++)
        {
            source.AsSpan(4 * pixel, 4).CopyTo(turned.AsSpan(turned.Length - 4 - (4 * pixel)));
        }

        PixelAssert.Near(expected, Resize(turned, width, height, box, size), levels: 1);
    }

    private static byte[] Noise(int width, int height)
    {
        byte[] pixels = new byte[4 * width * height];
        new Random(width + (1000 * height)).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Resize(byte[] source, int width, int height, CropBox box, int size)
    {
        byte[] result = new byte[4 * size * size];
        TriangleResampler.Resize(source, width, height, box, size, result);
        return result;
    }
}

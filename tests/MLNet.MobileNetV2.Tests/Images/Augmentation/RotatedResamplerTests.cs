using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Images.Augmentation;

public sealed class RotatedResamplerTests
{
    private const int Size = 24;

    [Theory]
    [InlineData(60, 50, 20, 15, 20, 20, 15)]
    [InlineData(60, 50, 20, 15, 20, 20, -40)]
    [InlineData(60, 50, 0, 0, 12, 16, 100)]
    [InlineData(60, 50, 44, 34, 16, 12, 180)]
    [InlineData(3, 3, 0, 0, 3, 3, 30)]
    [InlineData(1, 1, 0, 0, 1, 1, 45)]
    [InlineData(1, 40, 0, 10, 1, 10, 90)]
    public void Resize_WithoutShrinking_IsBilinearSamplingOfTheMirroredPicture(
        int width, int height, double left, double top, double boxWidth, double boxHeight, double degrees)
    {
        PhotoPixels photo = TestPhotos.Noise(width, height);
        var box = new CropBox(left, top, boxWidth, boxHeight);

        byte[] found = Resize(photo, box, double.DegreesToRadians(degrees));

        // Each result from its definition: the point of the box, turned about the centre, between its four neighbours.
        (double sine, double cosine) = Math.SinCos(double.DegreesToRadians(degrees));
        for (int pixel = 0; pixel < Size * Size; pixel++)
        {
            double u = (((pixel % Size) + 0.5) / Size - 0.5) * boxWidth;
            double v = (((pixel / Size) + 0.5) / Size - 0.5) * boxHeight;
            double x = left + (boxWidth / 2) + (u * cosine) - (v * sine) - 0.5;
            double y = top + (boxHeight / 2) + (u * sine) + (v * cosine) - 0.5;
            for (int channel = 0; channel < 3; channel++)
            {
                Assert.InRange(found[(4 * pixel) + channel] - Bilinear(photo, x, y, channel), -0.6, 0.6);
            }
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(-75)]
    public void Resize_ByARightAngleMore_IsTheResultTurned(double degrees)
    {
        PhotoPixels photo = TestPhotos.Smooth(200, 200);
        var box = new CropBox(60, 60, 80);

        byte[] found = Resize(photo, box, double.DegreesToRadians(degrees));
        byte[] turned = Resize(photo, box, double.DegreesToRadians(degrees + 90));

        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                Assert.InRange(turned[4 * ((y * Size) + x)] - found[4 * ((x * Size) + Size - 1 - y)], -1, 1);
            }
        }
    }

    [Theory]
    [InlineData(160, 160, 20)]
    [InlineData(200, 120, 70)]
    public void Resize_WithShrinking_IsNearTheMeanOfManySamples(double boxWidth, double boxHeight, double degrees)
    {
        PhotoPixels photo = TestPhotos.Smooth(300, 300);
        var box = new CropBox(150 - (boxWidth / 2), 150 - (boxHeight / 2), boxWidth, boxHeight);

        byte[] found = Resize(photo, box, double.DegreesToRadians(degrees));

        (double sine, double cosine) = Math.SinCos(double.DegreesToRadians(degrees));
        for (int pixel = 0; pixel < Size * Size; pixel++)
        {
            double sum = 0;
            for (int sample = 0; sample < 64; sample++)
            {
                double u = (((pixel % Size) + ((sample % 8) + 0.5) / 8) / Size - 0.5) * boxWidth;
                double v = (((pixel / Size) + ((sample / 8) + 0.5) / 8) / Size - 0.5) * boxHeight;
                sum += Bilinear(photo, 149.5 + (u * cosine) - (v * sine), 149.5 + (u * sine) + (v * cosine), 2) / 64;
            }

            Assert.InRange(found[(4 * pixel) + 2] - sum, -6, 6);
        }
    }

    [Fact]
    public void Resize_OfFineGrainThatIsShrunk_IsAntialiased()
    {
        PhotoPixels stripes = TestPhotos.Paint(400, 400, (x, y) => ((x % 2) * 255, (y % 2) * 255, ((x + y) % 2) * 255));

        byte[] found = Resize(stripes, new CropBox(50, 50, 300), double.DegreesToRadians(10));

        for (int index = 0; index < found.Length; index++)
        {
            Assert.True(index % 4 == 3 || found[index] is > 112 and < 144, $"{found[index]} at {index}");
        }
    }

    [Property(MaxTest = 100)]
    public void Resize_OfOneColour_KeepsItWhateverTheSizeAndAngle(PositiveInt width, PositiveInt height, byte level, long seed)
    {
        (int w, int h) = ((width.Get % 90) + 1, (height.Get % 90) + 1);
        PhotoPixels photo = TestPhotos.Paint(w, h, (_, _) => (level, 255 - level, 7));
        var random = new SplitMix64(seed);
        CropBox box = new RandomBox(0.01, 1, 0.1, 10).Draw(w, h, ref random);

        byte[] found = Resize(photo, box, random.NextDouble(-Math.PI, Math.PI));

        for (int pixel = 0; pixel < Size * Size; pixel++)
        {
            Assert.Equal((level, 255 - level, 7), (found[4 * pixel], found[(4 * pixel) + 1], found[(4 * pixel) + 2]));
        }
    }

    private static byte[] Resize(PhotoPixels photo, CropBox box, double angle)
    {
        byte[] result = new byte[4 * Size * Size];
        RotatedResampler.Resize(photo.Rgb, photo.Width, photo.Height, box, angle, Size, result);
        return result;
    }

    private static double Bilinear(PhotoPixels photo, double x, double y, int channel)
    {
        (int left, int top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        (double right, double down) = (x - left, y - top);
        return ((1 - right) * (1 - down) * At(photo, left, top, channel)) + (right * (1 - down) * At(photo, left + 1, top, channel))
            + ((1 - right) * down * At(photo, left, top + 1, channel)) + (right * down * At(photo, left + 1, top + 1, channel));
    }

    private static byte At(PhotoPixels photo, int x, int y, int channel) =>
        photo.Rgb[(3 * ((Mirror(y, photo.Height) * photo.Width) + Mirror(x, photo.Width))) + channel];

    private static int Mirror(int index, int length)
    {
        while (index < 0 || index >= length)
        {
            index = index < 0 ? -1 - index : (2 * length) - 1 - index;
        }

        return index;
    }
}

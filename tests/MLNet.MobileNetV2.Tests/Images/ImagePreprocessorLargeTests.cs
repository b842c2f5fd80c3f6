using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorLargeTests
{
    [Theory]
    [InlineData(4000, 3000)]
    [InlineData(1001, 1403)]
    public void FromEncoded_OfALargeJpeg_IsNearTheFullDecode(int width, int height)
    {
        using SKBitmap photo = Pictures.Photo(width, height);
        byte[] jpeg = photo.EncodeAs(SKEncodedImageFormat.Jpeg, 90);
        using SKBitmap full = Decode(jpeg);
        byte[] expected = new byte[4 * 224 * 224];
        CropBox box = CropBox.Of(new ImagePreprocessing { CropFraction = 0.875 }, width, height);
        TriangleResampler.Resize(full.Bytes(), width, height, box, 224, expected);

        byte[] actual = Pictures.Prepare(jpeg);

        Assert.InRange(PixelAssert.MeanDifference(expected, actual), 0, 0.6);
        PixelAssert.Near(expected, actual, levels: 24);
    }

    [Fact]
    public void Decode_OfALargeJpeg_TakesTheSmallestPictureThatIsLargeEnough()
    {
        using SKBitmap photo = Pictures.Photo(1001, 1403);
        byte[] jpeg = photo.EncodeAs(SKEncodedImageFormat.Jpeg, 80);

        using DecodedImage reduced = ImageDecoder.Decode(jpeg, null, leastSide: 250);
        Assert.Equal((251, 351), (reduced.Width, reduced.Height));
        Assert.Equal((250.25, 350.75), (reduced.ExactWidth, reduced.ExactHeight));

        using DecodedImage next = ImageDecoder.Decode(jpeg, null, leastSide: 251);
        Assert.Equal((376, 527), (next.Width, next.Height));

        using DecodedImage largest = ImageDecoder.Decode(jpeg, null, leastSide: 750);
        Assert.Equal((751, 1053), (largest.Width, largest.Height));

        using DecodedImage full = ImageDecoder.Decode(jpeg, null, leastSide: 751);
        Assert.Equal((1001, 1403), (full.Width, full.Height));
    }

    [Fact]
    public void FromEncoded_OfALargeJpegWithAnyOrientation_IsTheTurnedResult()
    {
        using SKBitmap photo = Pictures.Photo(1001, 1403);
        byte[] jpeg = photo.EncodeAs(SKEncodedImageFormat.Jpeg, 80);
        byte[] stored = Pictures.Prepare(jpeg, 64);
        byte[] upright = new byte[stored.Length];
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            ImageOrientation.Apply(stored, 64, 64, (SKEncodedOrigin)orientation, upright);
            Assert.Equal(upright, Pictures.Prepare(JpegBytes.WithOrientation(jpeg, orientation), 64));
        }
    }

    [Fact]
    public void FromEncoded_OfPicturesThatAreDecodedOneAtATime_FinishesFromManyThreads()
    {
        using var grey = new SKBitmap(new SKImageInfo(8100, 8100, SKColorType.Gray8, SKAlphaType.Opaque));
        grey.Bytes().Fill(70);
        byte[] whole = grey.EncodeAs(SKEncodedImageFormat.Jpeg, 50);
        byte[] broken = whole[..(whole.Length / 2)];
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 3 }, index =>
        {
            if (index % 2 == 0)
            {
                PixelAssert.AllNear((70, 70, 70), Pictures.Prepare(whole, 16), levels: 1);
            }
            else
            {
                Assert.Throws<BadImageException>(() => Pictures.Prepare(broken, 16));
            }
        });
    }

    private static SKBitmap Decode(byte[] encoded)
    {
        using SKBitmap decoded = SKBitmap.Decode(encoded);
        SKBitmap rgba = decoded.Copy(SKColorType.Rgba8888);
        return rgba;
    }
}

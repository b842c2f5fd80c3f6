using System.Buffers.Binary;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Which EXIF counts, in every format that may have it, against the pixels of the upright image.</summary>
public sealed class ExifOrientationTests : IDisposable
{
    private const int Width = 61;
    private const int Height = 40;
    private const int Size = 32;

    private readonly SKBitmap _picture = Pictures.Quadrants(Width, Height);

    public static TheoryData<string> Formats => ["png", "png-late", "webp", "webp-prefixed", "jpeg"];

    public void Dispose() => _picture.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void FromEncoded_WithAnOrientation_IsTheUprightPicture(string format)
    {
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            foreach (bool bigEndian in (bool[])[false, true])
            {
                AssertTurned(orientation, Create(format, ExifBytes.Of(orientation, bigEndian: bigEndian)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void FromEncoded_WithAnOrientationThatDoesNotExist_TakesThePictureAsItIs(string format)
    {
        AssertTurned(1, Create(format, ExifBytes.Of(0)));
        AssertTurned(1, Create(format, ExifBytes.Of(9)));
        AssertTurned(1, Create(format, ExifBytes.Of(0x0600)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void FromEncoded_WithAThumbnailThatLiesOtherwise_GoesByThePicturesOwn(string format)
    {
        AssertTurned(3, Create(format, ExifBytes.Of(3, thumbnail: 6)));
        AssertTurned(1, Create(format, ExifBytes.Of(1, thumbnail: 6)));
        AssertTurned(1, Create(format, ExifBytes.Of(null, thumbnail: 6)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void PhotoMemory_WithAnOrientation_HoldsTheUprightPicture(string format)
    {
        byte[] encoded = Create(format, ExifBytes.Of(6));
        using var memory = new ImageMemory([ImageSource.FromEncoded(encoded)], new() { Size = Size });

        using PhotoPixels photo = memory.Open(0);

        // The first stored row lies on the right: red is in the upper right, blue in the upper left.
        Assert.Equal((Height, Width), (photo.Width, photo.Height));
        Assert.True(photo.Rgb[2] > 180 && photo.Rgb[0] < 80, "The upper left is not blue.");
        Assert.True(photo.Rgb[3 * (Height - 1)] > 180 && photo.Rgb[(3 * (Height - 1)) + 2] < 80, "The upper right is not red.");
    }

    [Fact]
    public void FromEncoded_OfAJpegWithManyExifSegments_GoesByTheFirstThatHasAnOrientation()
    {
        byte[] jpeg = _picture.EncodeAs(SKEncodedImageFormat.Jpeg);

        AssertTurned(6, JpegBytes.WithExif(jpeg, ExifBytes.Of(6), ExifBytes.Of(3)));
        AssertTurned(6, JpegBytes.WithExif(jpeg, ExifBytes.Of(null), ExifBytes.Of(6), ExifBytes.Of(3)));
        AssertTurned(6, JpegBytes.WithExif(jpeg, ExifBytes.Of(9), ExifBytes.Of(6)));
        AssertTurned(6, JpegBytes.WithExif(jpeg, [], ExifBytes.Of(null, thumbnail: 3), ExifBytes.Of(6)));
    }

    [Fact]
    public void FromEncoded_OfAJpegWithExifBehindThePicture_DoesNotGoByIt()
    {
        byte[] jpeg = _picture.EncodeAs(SKEncodedImageFormat.Jpeg);

        AssertTurned(1, JpegBytes.WithLateExif(jpeg, ExifBytes.Of(6)));
        AssertTurned(3, JpegBytes.WithLateExif(JpegBytes.WithExif(jpeg, ExifBytes.Of(3)), ExifBytes.Of(6)));
    }

    [Fact]
    public void FromEncoded_OfAPngWithManyExifChunks_GoesByTheFirstThatHasAnOrientation()
    {
        byte[] png = _picture.EncodeAs(SKEncodedImageFormat.Png);

        AssertTurned(6, PngBytes.With(PngBytes.With(png, "eXIf", ExifBytes.Of(3), afterData: true), "eXIf", ExifBytes.Of(6)));
        AssertTurned(3, PngBytes.With(PngBytes.With(png, "eXIf", ExifBytes.Of(3), afterData: true), "eXIf", ExifBytes.Of(9)));
    }

    [Fact]
    public void FromEncoded_OfAPngWhoseExifIsDamaged_TakesThePictureAsItIs()
    {
        byte[] png = PngBytes.With(_picture.EncodeAs(SKEncodedImageFormat.Png), "eXIf", ExifBytes.Of(6));
        int checksum = png.AsSpan().IndexOf("eXIf"u8) + 4 + ExifBytes.Of(6).Length;
        png[checksum] ^= 1;

        AssertTurned(1, png);
    }

    [Fact]
    public void FromEncoded_OfAPngWithExifInOtherChunks_DoesNotGoByIt()
    {
        byte[] png = _picture.EncodeAs(SKEncodedImageFormat.Png);

        AssertTurned(1, PngBytes.With(png, "exIf", ExifBytes.Of(6)));
        AssertTurned(1, [.. png, .. PngBytes.With(png, "eXIf", ExifBytes.Of(6))]);
    }

    [Theory]
    [InlineData(4, uint.MaxValue)]
    [InlineData(4, uint.MaxValue - 1)]
    [InlineData(4, 0x7FFFFFFFu)]
    [InlineData(4, 0x80000000u)]
    [InlineData(4, 36u)]
    [InlineData(4, 0u)]
    [InlineData(8, uint.MaxValue)]
    [InlineData(14, uint.MaxValue)]
    public void FromEncoded_OfExifThatLeadsOutOfItself_TakesThePictureAsItIs(int place, uint value)
    {
        byte[] exif = ExifBytes.Of(6);
        BinaryPrimitives.WriteUInt32LittleEndian(exif.AsSpan(place), value);
        foreach (string format in Formats.Select(row => row.Data))
        {
            AssertTurned(1, Create(format, exif));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void FromEncoded_OfExifCutAnywhere_GivesAPicture(string format)
    {
        byte[] exif = ExifBytes.Of(6);
        for (int length = 0; length < exif.Length; length++)
        {
            // The entry ends at byte 22; what follows it does not matter.
            byte[] encoded = Create(format, exif[..length]);
            if (length < 22)
            {
                AssertTurned(1, encoded);
            }
            else
            {
                AssertTurned(6, encoded);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void FromEncoded_OfAnyDamagedExif_GivesAPictureOrABadImage(string format)
    {
        var random = new Random(1);
        byte[] rgba = new byte[4 * 16 * 16];
        var preprocessor = new ImagePreprocessor(new() { Size = 16 });
        for (int mutant = 0; mutant < 500; mutant++)
        {
            byte[] exif = ExifBytes.Of(6, thumbnail: 3, bigEndian: mutant % 2 == 0);
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                exif[random.Next(exif.Length)] = (byte)(random.Next(3) switch { 0 => 0, 1 => 255, _ => random.Next(256) });
            }

            preprocessor.FromEncoded(Create(format, exif), null, rgba);
            Assert.True(WhiteBackground.IsOpaque(rgba));
        }
    }

    [Fact]
    public void FromEncoded_OfAPngWhoseExifLeadsOutOfTheFile_IsABadImageOrThePictureAsItIs()
    {
        byte[] png = PngBytes.With(_picture.EncodeAs(SKEncodedImageFormat.Png), "eXIf", ExifBytes.Of(6), afterData: true);
        int length = png.AsSpan().IndexOf("eXIf"u8) - 4;
        foreach (uint value in (uint[])[uint.MaxValue, 0x80000000, 0x7FFFFFFF, 1000, 0])
        {
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(length), value);
            try
            {
                AssertTurned(1, png);
            }
            catch (BadImageException error)
            {
                Assert.Contains("damaged or truncated", error.Reason, StringComparison.Ordinal);
            }
        }
    }

    private byte[] Create(string format, byte[] exif) => format switch
    {
        "png" => PngBytes.With(_picture.EncodeAs(SKEncodedImageFormat.Png), "eXIf", exif),
        "png-late" => PngBytes.With(_picture.EncodeAs(SKEncodedImageFormat.Png), "eXIf", exif, afterData: true),
        "webp" => WebpBytes.WithExif(_picture.EncodeAs(SKEncodedImageFormat.Webp), Width, Height, exif),
        "webp-prefixed" => WebpBytes.WithExif(_picture.EncodeAs(SKEncodedImageFormat.Webp), Width, Height, [.. "Exif\0\0"u8, .. exif]),
        _ => JpegBytes.WithExif(_picture.EncodeAs(SKEncodedImageFormat.Jpeg), exif),
    };

    private void AssertTurned(int orientation, byte[] encoded)
    {
        byte[] stored = Pictures.Prepare(_picture.EncodeAs(SKEncodedImageFormat.Png), Size);
        byte[] expected = new byte[stored.Length];
        ImageOrientation.Apply(stored, Size, Size, (SKEncodedOrigin)orientation, expected);

        // JPEG halves the resolution of colour, which shows at the edges of the quadrants.
        double difference = PixelAssert.MeanDifference(expected, Pictures.Prepare(encoded, Size));
        Assert.True(difference < 5, $"The image is not turned as orientation {orientation} says: {difference:F1} levels off.");
    }
}

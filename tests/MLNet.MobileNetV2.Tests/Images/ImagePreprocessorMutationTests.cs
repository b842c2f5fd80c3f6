using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorMutationTests
{
    private const int Mutants = 400;

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void FromEncoded_OfADamagedFile_GivesAPictureOrABadImage(string format)
    {
        byte[] whole = Create(format);
        var random = new Random(format.Length + format[0]);
        var preprocessor = new ImagePreprocessor(new() { Size = 16 });
        byte[] rgba = new byte[preprocessor.ByteCount];
        int refused = 0;
        for (int mutant = 0; mutant < Mutants; mutant++)
        {
            byte[] damaged = Mutate(whole, random);
            if (format == "png" && mutant % 2 == 0)
            {
                PngBytes.RepairChecksums(damaged);
            }

            try
            {
                preprocessor.FromEncoded(damaged, "mutant", rgba);
                Assert.True(WhiteBackground.IsOpaque(rgba));
            }
            catch (BadImageException error)
            {
                Assert.Equal("mutant", error.Path);
                refused++;
            }
        }

        Assert.InRange(refused, 1, Mutants);
    }

    private static byte[] Create(string format)
    {
        using SKBitmap photo = Pictures.Photo(24, 18);
        using SKBitmap transparent = Pictures.Paint(24, 18, (x, y) => new SKColor((byte)(9 * x), (byte)(9 * y), 99, (byte)(10 * y)));
        return format switch
        {
            "jpeg" => JpegBytes.WithOrientation(photo.EncodeAs(SKEncodedImageFormat.Jpeg, 80), 6),
            "png" => transparent.EncodeAs(SKEncodedImageFormat.Png),
            "webp" => transparent.EncodeAs(SKEncodedImageFormat.Webp, 80),
            "gif" => GifBytes.Create(
                24, 18, transparent: 1, (2, 2, 20, 14, Enumerable.Range(0, 280).Select(index => (byte)(index % 4)).ToArray())),
            _ => BmpBytes.Palette(
                24, 18, [.. Enumerable.Range(0, 432).Select(index => (byte)(index % 3))], (1, 2, 3), (90, 80, 70), (250, 0, 9)),
        };
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        List<byte> bytes = [.. whole];
        int changes = random.Next(1, 6);
        for (int change = 0; change < changes; change++)
        {
            // Half of the damage hits the headers.
            int place = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Count, 64) : bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)(random.Next(2) * 255);
                    break;
                case 2:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.Insert(place, (byte)random.Next(256));
                    break;
                default:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place));
                    bytes.Add(0);
                    break;
            }
        }

        return [.. bytes];
    }
}

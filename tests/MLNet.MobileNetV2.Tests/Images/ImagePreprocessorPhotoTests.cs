using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorPhotoTests
{
    private const int Step = 20;

    [Fact]
    public void FromFile_OfRealPhotos_IsTheFullDecodeResizedInDouble()
    {
        string folder = Path.Combine(TestEnvironment.RequireDataFolder(), "imagenet-dev");
        Assert.SkipUnless(Directory.Exists(folder), $"Needs the folder {folder}.");
        string[] photos = [.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal)];
        var preprocessor = new ImagePreprocessor(new());
        byte[] fromFile = new byte[preprocessor.ByteCount];
        byte[] fromImage = new byte[preprocessor.ByteCount];
        for (int index = 0; index < photos.Length; index += Step)
        {
            preprocessor.FromFile(photos[index], fromFile);

            using SKBitmap decoded = SKBitmap.Decode(photos[index]);
            using SKBitmap full = decoded.Copy(SKColorType.Rgba8888);
            CropBox box = CropBox.Of(new ImagePreprocessing { CropFraction = 0.875 }, full.Width, full.Height);
            byte[] expected = NaiveResampler.Resize(full.Bytes(), full.Width, full.Height, box.Left, box.Top, box.Width, 224);
            PixelAssert.Near(expected, fromFile, levels: 1);

            using MLImage image = MLImage.CreateFromFile(photos[index]);
            preprocessor.FromImage(image, fromImage);
            Assert.Equal(fromFile, fromImage);
        }
    }
}

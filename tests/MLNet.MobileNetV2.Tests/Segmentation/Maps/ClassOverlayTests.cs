using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Segmentation.Maps;

public sealed class ClassOverlayTests
{
    [Fact]
    public void Draw_TintsClassesLeavesTheBackgroundAndMarksWhereTheyMeet()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(
            folder.File("grey.png"), Pictures.Paint(6, 4, (_, _) => new SKColor(100, 100, 100)).EncodeAs(SKEncodedImageFormat.Png));
        using var photo = PhotoPicture.Read(folder.File("grey.png"));

        // Class 1, dark red in VOC's palette, in the right half.
        byte[] map = [.. Enumerable.Range(0, 24).Select(i => (byte)(i % 6 >= 3 ? 1 : 0))];
        ClassOverlay.Draw(photo, map, TestContext.Current.CancellationToken);

        SKColor[] row = [.. Enumerable.Range(0, 6).Select(x => photo.Bitmap.GetPixel(x, 3))];
        SKColor grey = new(100, 100, 100);
        SKColor red = new((100 + 128) / 2, 100 / 2, 100 / 2);
        Assert.Equal([grey, grey, SKColors.White, red, red, red], row);
    }

    [Fact]
    public void Draw_WhenCancelled_Stops()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("a.png"), Pictures.Photo(6, 4).EncodeAs(SKEncodedImageFormat.Png));
        using var photo = PhotoPicture.Read(folder.File("a.png"));

        Assert.Throws<OperationCanceledException>(() => ClassOverlay.Draw(photo, new byte[24], new CancellationToken(canceled: true)));
    }
}

using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Evaluation;

public sealed class ImageExplanationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SaveOverlay_IsBrightWhereTheMapIs_AndDarkWhereNothingSpeaksForTheClass()
    {
        string photo = Grey(80, 80);
        ImageExplanation explanation = Explanation([4, 0, -9, 2], 80, 80, cropFraction: 1);

        using SKBitmap overlay = Overlay(explanation, photo);

        Assert.True(Light(overlay, 5, 5) > Light(overlay, 5, 75));
        Assert.True(Light(overlay, 5, 75) < Light(overlay, 75, 75));
        Assert.True(Light(overlay, 75, 75) < Light(overlay, 5, 5));
        Assert.Equal(overlay.GetPixel(75, 5), overlay.GetPixel(5, 75));
    }

    [Fact]
    public void SaveOverlay_LeavesWhatTheNetworkDoesNotSeeDark()
    {
        string photo = Grey(120, 60);
        ImageExplanation explanation = Explanation([1, 1, 1, 1], 120, 60, cropFraction: 0.5);

        using SKBitmap overlay = Overlay(explanation, photo);

        // The square of 30 pixels in the middle.
        Assert.True(Light(overlay, 46, 16) > 100);
        Assert.True(Light(overlay, 74, 44) > 100);
        Assert.All(
            ((int X, int Y)[])[(44, 30), (76, 30), (60, 14), (60, 46), (0, 0)],
            place => Assert.True(Light(overlay, place.X, place.Y) < 90));
    }

    [Fact]
    public void SaveOverlay_OfAMapThatSpeaksAgainstTheClassAlone_IsDark()
    {
        string photo = Grey(20, 20);

        using SKBitmap overlay = Overlay(Explanation([-1, -2, -3, -4], 20, 20, cropFraction: 1), photo);

        Assert.Equal(overlay.GetPixel(0, 0), overlay.GetPixel(19, 19));
        Assert.True(Light(overlay, 10, 10) < 90);
    }

    [Fact]
    public void SaveOverlay_OfAnotherPhotoOrFormat_SaysSo()
    {
        string photo = Grey(20, 20);
        ImageExplanation explanation = Explanation([1, 1, 1, 1], 20, 30, cropFraction: 1);

        Assert.Contains(
            "has 20 x 20 pixels, and the explained image 20 x 30",
            Assert.Throws<ArgumentException>(() => explanation.SaveOverlay(photo, _folder.File("o.png"), Token)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "must end with .jpg",
            Assert.Throws<ArgumentException>(() => explanation.SaveOverlay(photo, _folder.File("o.gif"), Token)).Message,
            StringComparison.Ordinal);
        Assert.Throws<BadImageException>(() => explanation.SaveOverlay(_folder.File("gone.png"), _folder.File("o.png"), Token));
        Assert.Equal(["photo.png"], _folder.Names());
    }

    [Fact]
    public void Logit_IsTheMeanOfTheMapAndTheBias()
    {
        ImageExplanation explanation = Explanation([1, 2, 3, 6], 10, 10, cropFraction: 1);

        Assert.Equal((2, 3.5f, 0.5f), (explanation.Side, explanation.Logit, explanation.Bias));
    }

    private static int Light(SKBitmap bitmap, int x, int y) =>
        (bitmap.GetPixel(x, y).Red + bitmap.GetPixel(x, y).Green + bitmap.GetPixel(x, y).Blue) / 3;

    private static ImageExplanation Explanation(float[] map, int width, int height, double cropFraction) => new(
        new ClassScore(0, "a", 1), map, bias: 0.5f, (width, height), new ImagePreprocessing { CropFraction = cropFraction });

    private string Grey(int width, int height)
    {
        string path = _folder.File("photo.png");
        File.WriteAllBytes(
            path, Pictures.Paint(width, height, (_, _) => new(128, 128, 128)).EncodeAs(SKEncodedImageFormat.Png));
        return path;
    }

    private SKBitmap Overlay(ImageExplanation explanation, string photo)
    {
        string path = _folder.File("overlay.png");
        explanation.SaveOverlay(photo, path, Token);
        return SKBitmap.Decode(path);
    }
}

using MLNet.MobileNetV2.Detection.Drawing;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Drawing;

public sealed class DetectionOverlayTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_DrawsTheBoxInTheClassesColourAndLeavesTheRest()
    {
        string photo = Grey(200, 100);

        Draw(photo, new DetectedObject("dog", 0.9f, new BoundingBox(50, 40, 100, 50)));

        using SKBitmap drawn = SKBitmap.Decode(_folder.File("out.png"));
        SKColor colour = ClassColour.Of("dog");
        Assert.Equal((200, 100), (drawn.Width, drawn.Height));
        Assert.Equal([colour, colour, colour], [drawn.GetPixel(50, 65), drawn.GetPixel(149, 65), drawn.GetPixel(100, 89)]);
        Assert.Equal([s_grey, s_grey, s_grey], [drawn.GetPixel(100, 65), drawn.GetPixel(20, 65), drawn.GetPixel(180, 95)]);
        Assert.True(LabelPixels(drawn, new(51, 20, 100, 39)) > 30);
    }

    [Fact]
    public void Save_WithoutObjects_IsThePhoto()
    {
        string photo = Grey(30, 20);

        Draw(photo);

        using SKBitmap drawn = SKBitmap.Decode(_folder.File("out.png"));
        Assert.All(drawn.Pixels, pixel => Assert.Equal(s_grey, pixel));
    }

    [Fact]
    public void Save_WithTruth_DrawsItsBoxesInBrokenLines()
    {
        string photo = Grey(200, 100);

        DetectionOverlay.Save(photo, [], _folder.File("out.png"), [new("dog", new BoundingBox(20, 20, 160, 60))], Token);

        using SKBitmap drawn = SKBitmap.Decode(_folder.File("out.png"));
        SKColor[] edge = [.. Enumerable.Range(25, 150).Select(x => drawn.GetPixel(x, 20))];
        Assert.InRange(edge.Count(pixel => pixel == SKColors.White), 40, 110);
        Assert.InRange(edge.Count(pixel => pixel == SKColors.Black), 40, 110);
        Assert.Equal(s_grey, drawn.GetPixel(100, 50));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10_000, 20)]
    [InlineData(20, 4_000)]
    public void Save_OfAnyPhotoAndAnyBox_Works(int width, int height)
    {
        string photo = Grey(width, height);
        DetectedObject[] objects =
        [
            new("a", 0.9f, new BoundingBox(0, 0, width, height)),
            new("b", 0.8f, new BoundingBox(-1e9f, -1e9f, 2e9f, 2e9f)),
            new("a name that is longer than any photo of this test is wide, and so is shrunk", 0.7f, new BoundingBox(width, height, 5, 5)),
            new("\u5b57", 0.6f, new BoundingBox(0, 0, 0, 0)),
        ];

        Draw(photo, objects);

        using SKBitmap drawn = SKBitmap.Decode(_folder.File("out.png"));
        Assert.Equal((width, height), (drawn.Width, drawn.Height));
        Assert.Contains(drawn.Pixels, pixel => pixel != s_grey);
    }

    [Fact]
    public void Save_OfATurnedPhoto_DrawsOnTheUprightOne()
    {
        string photo = _folder.File("turned.jpg");
        using SKBitmap stored = Pictures.Paint(40, 90, (_, _) => s_grey);
        File.WriteAllBytes(photo, JpegBytes.WithOrientation(stored.EncodeAs(SKEncodedImageFormat.Jpeg), 6));

        Draw(photo, new DetectedObject("dog", 0.9f, new BoundingBox(30, 10, 40, 20)));

        using SKBitmap drawn = SKBitmap.Decode(_folder.File("out.png"));
        Assert.Equal((90, 40, ClassColour.Of("dog")), (drawn.Width, drawn.Height, drawn.GetPixel(69, 20)));
    }

    [Fact]
    public void Save_ToAnotherFormatOrOfABadPhoto_IsRefusedAndWritesNothing()
    {
        Assert.Throws<ArgumentException>(() => DetectionOverlay.Save(Grey(9, 9), [], _folder.File("out.bmp"), cancellationToken: Token));
        Assert.Throws<BadImageException>(() => Draw(_folder.File("gone.jpg")));
        Assert.Throws<OperationCanceledException>(
            () => DetectionOverlay.Save(Grey(9, 9), [], _folder.File("out.png"), null, new CancellationToken(canceled: true)));

        Assert.Equal(["9-9.png"], _folder.Names());
    }

    private static readonly SKColor s_grey = new(90, 90, 90);

    private static int LabelPixels(SKBitmap drawn, SKRectI place) =>
        Enumerable.Range(place.Left, place.Width).Sum(x => Enumerable.Range(place.Top, place.Height).Count(
            y => drawn.GetPixel(x, y) != s_grey && drawn.GetPixel(x, y) != ClassColour.Of("dog")));

    private void Draw(string photo, params DetectedObject[] objects) =>
        DetectionOverlay.Save(photo, objects, _folder.File("out.png"), cancellationToken: Token);

    private string Grey(int width, int height)
    {
        string path = _folder.File(FormattableString.Invariant($"{width}-{height}.png"));
        File.WriteAllBytes(path, Pictures.Paint(width, height, (_, _) => s_grey).EncodeAs(SKEncodedImageFormat.Png));
        return path;
    }
}

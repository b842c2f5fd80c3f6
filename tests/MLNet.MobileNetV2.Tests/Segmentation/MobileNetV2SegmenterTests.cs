using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Segmentation;

/// <summary>A segmenter of a small network that is laid out by hand.</summary>
public sealed class MobileNetV2SegmenterTests : IDisposable
{
    private const int Side = SmallSegmenter.Side;

    private readonly SmallSegmenter _small = new();

    private string Network => _small.File;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<MobileNetV2SegmenterOptions, string> Impossible() => new()
    {
        { new() { MapSize = (SegmentationMapSize)9 }, "MapSize is 9; it must be one of Photo, Network." },
        { new() { IntraOpThreadCount = -1 }, "IntraOpThreadCount is -1; it must be 0 (all cores) to 1024." },
        { new() { MaxConcurrency = 1025 }, "MaxConcurrency is 1025; it must be 0 (all cores) to 1024." },
        { new() { MaxEncodedBytes = 0 }, "MaxEncodedBytes is 0; it must be 1 to 268435456." },
        { new() { MaxPixels = 0 }, "MaxPixels is 0; it must be 1 to 250000000." },
    };

    public void Dispose() => _small.Dispose();

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Load_WithAnImpossibleOption_NamesItAndWhatIsAllowed(MobileNetV2SegmenterOptions options, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<ArgumentOutOfRangeException>(() => MobileNetV2Segmenter.Load("any", options: options)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5000, 20)]
    [InlineData(90, 160)]
    public void Segment_OfAnyPhoto_GivesAMapOfItsSize(int width, int height)
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(Network);

        SegmentedImage segmented = segmenter.Segment(SmallSegmenter.Photo(width, height), Token);

        Assert.Equal((width, height, width, height), (
            segmented.ImageWidth, segmented.ImageHeight, segmented.Width, segmented.Height));
        Assert.Equal(width * height, segmented.ClassMap.Length);
        Assert.Equal(1, segmented.Classes.Sum(one => one.Share), 1e-9);
        Assert.Equal(segmented.Classes.Select(one => one.Share).OrderDescending(), segmented.Classes.Select(one => one.Share));
        foreach (SegmentedClass one in segmented.Classes)
        {
            Assert.Equal($"class {one.Index}", one.Label);
            Assert.Equal(one.Share, segmented.ClassMap.ToArray().Count(number => number == one.Index) / (double)(width * height), 1e-9);
        }
    }

    [Fact]
    public void Segment_AtTheNetworksSize_GivesItsMapAndTheImagesSize()
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(
            Network, ["a", "b", "c", "d"], new() { MapSize = SegmentationMapSize.Network });

        SegmentedImage segmented = segmenter.Segment(SmallSegmenter.Photo(100, 30), Token);

        Assert.Equal((100, 30, Side, Side), (segmented.ImageWidth, segmented.ImageHeight, segmented.Width, segmented.Height));
        Assert.Equal(["a", "b", "c", "d"], segmenter.Labels);
        Assert.Equal(segmented.ClassMap.Span[7], segmented.Classes.MaxBy(one => segmented.ProbabilitiesOf(one.Index)[7])!.Index);
        Assert.Throws<ArgumentOutOfRangeException>(() => segmented.ProbabilitiesOf(4));
    }

    [Theory]
    [InlineData(SegmentationMapSize.Photo)]
    [InlineData(SegmentationMapSize.Network)]
    public void SaveOverlay_IsThePhotoWithItsClasses(SegmentationMapSize size)
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(Network, options: new() { MapSize = size });
        string photo = _small.PhotoFile(120, 80);
        SegmentedImage segmented = segmenter.Segment(photo, Token);

        segmented.SaveOverlay(photo, _small.Path("overlay.png"), Token);

        using SKBitmap before = SKBitmap.Decode(photo);
        using SKBitmap after = SKBitmap.Decode(_small.Path("overlay.png"));
        byte[] map = PhotoMap(photo, Network);
        Assert.Equal((120, 80), (after.Width, after.Height));
        Assert.All(
            Enumerable.Range(0, map.Length).Where(i => map[i] == 0 && after.Pixels[i] != SKColors.White),
            i => Assert.Equal(before.Pixels[i], after.Pixels[i]));
        Assert.Equal(map.Any(number => number != 0), before.Pixels.Zip(after.Pixels).Any(pair => pair.First != pair.Second));
    }

    [Fact]
    public void SaveOverlay_OnAnotherPhotoOrToAnotherFormat_IsRefused()
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(Network);
        string photo = _small.PhotoFile(120, 80);
        string other = _small.PhotoFile(80, 120);
        SegmentedImage segmented = segmenter.Segment(photo, Token);

        ArgumentException size = Assert.Throws<ArgumentException>(() => segmented.SaveOverlay(other, _small.Path("overlay.png"), Token));
        Assert.Throws<ArgumentException>(() => segmented.SaveOverlay(photo, _small.Path("overlay.gif"), Token));

        Assert.StartsWith(
            $"The photo '{other}' has 80 x 120 pixels, and the segmented image 120 x 80.", size.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_small.Path("overlay.png")));
        Assert.False(File.Exists(_small.Path("overlay.gif")));
    }

    [Fact]
    public async Task Segment_OfPathBytesAndStream_Agree()
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(Network);
        byte[] bytes = SmallSegmenter.Photo(120, 80);
        string path = _small.Path("photo.png");
        await File.WriteAllBytesAsync(path, bytes, Token);
        byte[] expected = segmenter.Segment(path, Token).ClassMap.ToArray();

        Assert.Equal(expected, segmenter.Segment(bytes, Token).ClassMap.ToArray());
        Assert.Equal(expected, segmenter.Segment(new MemoryStream(bytes), Token).ClassMap.ToArray());
        Assert.Equal(expected, (await segmenter.SegmentAsync(path, Token)).ClassMap.ToArray());
        Assert.Equal(expected, (await segmenter.SegmentAsync(bytes, Token)).ClassMap.ToArray());
        Assert.Equal(expected, (await segmenter.SegmentAsync(new MemoryStream(bytes), Token)).ClassMap.ToArray());
        SegmentedImage[] many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => segmenter.SegmentAsync(bytes, Token)));
        Assert.All(many, one => Assert.Equal(expected, one.ClassMap.ToArray()));
    }

    [Fact]
    public void SavePng_WritesTheNumbersOfTheClassesInVocsColours()
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(Network);
        SegmentedImage segmented = segmenter.Segment(SmallSegmenter.Photo(61, 40), Token);
        string path = _small.Path("mask.png");

        segmented.SavePng(path);

        byte[] png = File.ReadAllBytes(path);
        Assert.Equal((8, 3), (png[24], png[25]));
        Assert.Equal(segmented.ClassMap.ToArray(), VocMask.Classes(png));
    }

    [Fact]
    public void Segment_OfWhatIsNoImage_ThrowsWithThePathAndTheReason()
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(
            Network, options: new() { MaxEncodedBytes = 1000, MaxPixels = 99 });
        string path = _small.Path("photo.jpg");
        File.WriteAllText(path, "no image");

        Assert.Contains(path, Assert.Throws<BadImageException>(() => segmenter.Segment(path, Token)).Message, StringComparison.Ordinal);
        Assert.Throws<BadImageException>(() => segmenter.Segment(_small.Path("none.png"), Token));
        Assert.Throws<BadImageException>(() => segmenter.Segment(new byte[1001], Token));
        Assert.Throws<BadImageException>(() => segmenter.Segment(new MemoryStream(new byte[1001]), Token));
        Assert.Contains(
            "10 x 10 pixels",
            Assert.Throws<BadImageException>(() => segmenter.Segment(SmallSegmenter.Photo(10, 10), Token)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_WhenCancelledOrDisposed_Throws()
    {
        MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(Network);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        byte[] photo = SmallSegmenter.Photo(20, 20);

        Assert.ThrowsAny<OperationCanceledException>(() => segmenter.Segment(photo, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => segmenter.SegmentAsync(photo, stop.Token));
        segmenter.Dispose();
        segmenter.Dispose();
        Assert.Contains(
            nameof(MobileNetV2Segmenter),
            Assert.Throws<ObjectDisposedException>(() => segmenter.Segment(photo, Token)).ObjectName,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => segmenter.SegmentAsync(new MemoryStream(photo), Token));
    }

    [Fact]
    public void Load_OfWrongFilesOrNames_Throws()
    {
        string other = _small.Path("other.tflite");
        File.WriteAllText(other, "something else");

        Assert.Throws<FileNotFoundException>(() => MobileNetV2Segmenter.Load(_small.Path("none.tflite")));
        Assert.Throws<WeightsFormatException>(() => MobileNetV2Segmenter.Load(other));
        Assert.StartsWith(
            "labels is 3; it must be 4, a name a class.",
            Assert.Throws<ArgumentOutOfRangeException>(() => MobileNetV2Segmenter.Load(Network, ["a", "b", "c"])).Message.Replace(
                ".Count", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AddMobileNetV2Segmenter_GivesOneForAll_WhichTheProviderDisposes()
    {
        var services = new ServiceCollection();
        services.AddMobileNetV2Segmenter(_small.Model, new() { MapSize = SegmentationMapSize.Network }, _small.Store);
        MobileNetV2Segmenter segmenter;
        using (ServiceProvider provider = services.BuildServiceProvider())
        {
            segmenter = provider.GetRequiredService<MobileNetV2Segmenter>();
            Assert.Same(segmenter, provider.GetRequiredService<MobileNetV2Segmenter>());
            Assert.Equal(Side, segmenter.Segment(SmallSegmenter.Photo(50, 50), Token).Width);
        }

        Assert.Throws<ObjectDisposedException>(() => segmenter.Segment(SmallSegmenter.Photo(50, 50), Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddMobileNetV2Segmenter(options: new() { MaxPixels = 0 }));
    }

    private static byte[] PhotoMap(string photo, string network)
    {
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(network);
        return segmenter.Segment(photo, Token).ClassMap.ToArray();
    }
}

using Microsoft.Extensions.DependencyInjection;
using MLNet.MobileNetV2.Tests.Detection.Weights;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Inference;

/// <summary>The detector with the weights in the package, which finds something in any photo at a low threshold.</summary>
public sealed class MobileNetV2DetectorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static MobileNetV2DetectorOptions Anything => new() { Threshold = 0.001f };

    public static TheoryData<MobileNetV2DetectorOptions, string> Impossible() => new()
    {
        { new() { Threshold = -0.1f }, "Threshold is -0.1; it must be at least 0 and less than 1." },
        { new() { Threshold = 1 }, "Threshold is 1; it must be at least 0 and less than 1." },
        { new() { Threshold = float.NaN }, "Threshold is NaN; it must be at least 0 and less than 1." },
        { new() { Overlap = 0 }, "Overlap is 0; it must be more than 0 and at most 1." },
        { new() { Overlap = 1.1f }, "Overlap is 1.1; it must be more than 0 and at most 1." },
        { new() { Top = 0 }, "Top is 0; it must be at least 1." },
        { new() { IntraOpThreadCount = -1 }, "IntraOpThreadCount is -1; it must be 0 (all cores) to 1024." },
        { new() { MaxConcurrency = 1025 }, "MaxConcurrency is 1025; it must be 0 (all cores) to 1024." },
        { new() { MaxEncodedBytes = 0 }, "MaxEncodedBytes is 0; it must be 1 to 268435456." },
        { new() { MaxPixels = 0 }, "MaxPixels is 0; it must be 1 to 250000000." },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Impossible))]
    public void CreatePretrained_WithAnImpossibleOption_NamesItAndWhatIsAllowed(MobileNetV2DetectorOptions options, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<ArgumentOutOfRangeException>(() => MobileNetV2Detector.CreatePretrained(options)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10000, 20)]
    [InlineData(90, 160)]
    public void Detect_OfAnyPhoto_GivesTheBestFirstWithinThePhoto(int width, int height)
    {
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(Anything);

        IReadOnlyList<DetectedObject> found = detector.Detect(Photo(width, height), Token);

        Assert.InRange(found.Count, 1, 20);
        Assert.Equal(found.Select(one => one.Score).OrderDescending(), found.Select(one => one.Score));
        Assert.All(found, one =>
        {
            Assert.Contains(one.Label, detector.Labels);
            Assert.InRange(one.Score, 0.001, 1);
            Assert.True(one.Box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }, $"{one.Box}");
            Assert.InRange(one.Box.Right, 0, width * 1.000001);
            Assert.InRange(one.Box.Bottom, 0, height * 1.000001);
        });
    }

    [Fact]
    public void Detect_OfReferencePictures_FindsWhatTheReferenceIsSureOf()
    {
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(new() { Threshold = 0.4f });
        foreach (string path in Directory.GetFiles(DetectionReference.Folder, "*.png"))
        {
            IReadOnlyList<DetectedObject> found = detector.Detect(path, Token);

            // Its resize is another one, so scores are near and not the same.
            foreach (DetectedObject sure in DetectionReference.Detections(path).Where(one => one.Score > 0.6f))
            {
                Assert.Contains(found, one => one.Label == sure.Label
                    && one.Box.IntersectionOverUnion(sure.Box.Clip(10_000, 10_000)) > 0.8
                    && Math.Abs(one.Score - sure.Score) < 0.2);
            }
        }
    }

    [Fact]
    public void Detect_OfAPhotoOnItsSide_GivesBoxesOfTheUprightOne()
    {
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(Anything);

        byte[] onItsSide = JpegBytes.WithOrientation(Photo(60, 20, SKEncodedImageFormat.Jpeg), 6);

        IReadOnlyList<DetectedObject> found = detector.Detect(onItsSide, Token);

        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.InRange(one.Box.Right, 0, 20.001));
        Assert.Contains(found, one => one.Box.Bottom > 20.001);
    }

    [Fact]
    public void Detect_WithOptions_KeepsToThem()
    {
        byte[] photo = Photo(200, 150);
        IReadOnlyList<DetectedObject> all = Detect(Anything);

        Assert.Equal(all.Take(3), Detect(new() { Threshold = 0.001f, Top = 3 }));
        float threshold = all[2].Score;
        Assert.Equal(all.Where(one => one.Score > threshold), Detect(new() { Threshold = threshold }));
        Assert.Equal(200, Detect(new() { Threshold = 0.0001f, Overlap = 1, Top = 200 }).Count);
        IReadOnlyList<DetectedObject> apart = Detect(new() { Threshold = 0.001f, Overlap = 0.05f });
        Assert.All(
            apart.SelectMany((one, index) => apart.Skip(index + 1).Select(other => one.Box.IntersectionOverUnion(other.Box))),
            overlap => Assert.InRange(overlap, 0, 0.2));

        IReadOnlyList<DetectedObject> Detect(MobileNetV2DetectorOptions options)
        {
            using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(options);
            return detector.Detect(photo, Token);
        }
    }

    [Fact]
    public async Task Detect_OfPathBytesAndStream_AndOfManyAtOnce_Agrees()
    {
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(Anything);
        byte[] bytes = Photo(120, 80);
        string path = _folder.File("photo.png");
        await File.WriteAllBytesAsync(path, bytes, Token);
        IReadOnlyList<DetectedObject> expected = detector.Detect(path, Token);

        Assert.Equal(expected, detector.Detect(bytes, Token));
        Assert.Equal(expected, detector.Detect(new MemoryStream(bytes), Token));
        Assert.Equal(expected, await detector.DetectAsync(path, Token));
        Assert.Equal(expected, await detector.DetectAsync(bytes, Token));
        Assert.Equal(expected, await detector.DetectAsync(new MemoryStream(bytes), Token));
        IReadOnlyList<DetectedObject>[] many =
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => detector.DetectAsync(bytes, Token)));
        Assert.All(many, one => Assert.Equal(expected, one));
    }

    [Fact]
    public void Detect_OfWhatIsNoImage_ThrowsWithThePathAndTheReason()
    {
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(new() { MaxEncodedBytes = 1000, MaxPixels = 99 });
        string path = _folder.File("photo.jpg");
        File.WriteAllText(path, "no image");

        Assert.Contains(path, Assert.Throws<BadImageException>(() => detector.Detect(path, Token)).Message, StringComparison.Ordinal);
        Assert.Throws<BadImageException>(() => detector.Detect(_folder.File("none.png"), Token));
        Assert.Throws<BadImageException>(() => detector.Detect(new byte[1001], Token));
        Assert.Throws<BadImageException>(() => detector.Detect(new MemoryStream(new byte[1001]), Token));
        Assert.Contains(
            "10 x 10 pixels",
            Assert.Throws<BadImageException>(() => detector.Detect(Photo(10, 10), Token)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detect_WhenCancelledOrDisposed_Throws()
    {
        MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        byte[] photo = Photo(20, 20);

        Assert.ThrowsAny<OperationCanceledException>(() => detector.Detect(photo, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detector.DetectAsync(photo, stop.Token));
        detector.Dispose();
        detector.Dispose();
        Assert.Contains(
            nameof(MobileNetV2Detector),
            Assert.Throws<ObjectDisposedException>(() => detector.Detect(photo, Token)).ObjectName,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => detector.DetectAsync(new MemoryStream(photo), Token));
    }

    [Fact]
    public void AddMobileNetV2Detector_GivesOneForAll_WhichTheProviderDisposes()
    {
        var services = new ServiceCollection();
        services.AddMobileNetV2Detector(Anything);
        MobileNetV2Detector detector;
        using (ServiceProvider provider = services.BuildServiceProvider())
        {
            detector = provider.GetRequiredService<MobileNetV2Detector>();
            Assert.Same(detector, provider.GetRequiredService<MobileNetV2Detector>());
            Assert.NotEmpty(detector.Detect(Photo(50, 50), Token));
        }

        Assert.Throws<ObjectDisposedException>(() => detector.Detect(Photo(50, 50), Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddMobileNetV2Detector(new() { Top = 0 }));
    }

    [Fact]
    public void AddMobileNetV2Detector_OfAModel_FindsItsClasses()
    {
        string path = _folder.File("model.safetensors");
        new DetectorModel(DetectionTestWeights.Create()).Save(path);
        using ServiceProvider provider = new ServiceCollection().AddMobileNetV2Detector(path, Anything).BuildServiceProvider();

        Assert.Equal(DetectionTestWeights.Labels, provider.GetRequiredService<MobileNetV2Detector>().Labels);
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddMobileNetV2Detector(string.Empty));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddMobileNetV2Detector(path, new() { Top = 0 }));
    }

    private static byte[] Photo(int width, int height, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => new SKColor(
            (byte)(i % width * 255 / width), (byte)(i / width * 255 / height), (byte)(i * 7)))];
        using SKData encoded = bitmap.Encode(format, 100);
        return encoded.ToArray();
    }
}

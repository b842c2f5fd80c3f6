using Microsoft.ML.Data;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Images.Augmentation;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FineTuning.Views;

public sealed class ImageMemoryTests
{
    private static readonly ImagePreprocessing s_preprocessing = new() { Size = 16 };

    private readonly MemoryBudget _budget = new(long.MaxValue);

    [Theory]
    [InlineData(100, 60, 53, 32)]
    [InlineData(60, 100, 32, 53)]
    [InlineData(32, 32, 32, 32)]
    [InlineData(20, 400, 20, 400)]
    [InlineData(1, 1, 1, 1)]
    public void Open_OfAPhoto_IsShrunkToTwiceTheSizeAndNeverEnlarged(int width, int height, int keptWidth, int keptHeight)
    {
        using SKBitmap bitmap = Pictures.Photo(width, height);
        using ImageMemory memory = Memory(bitmap.EncodeAs(SKEncodedImageFormat.Png));
        using PhotoPixels photo = memory.Open(0);
        Assert.Equal((keptWidth, keptHeight), (photo.Width, photo.Height));
        Assert.Equal(3 * keptWidth * keptHeight, photo.Rgb.Length);
    }

    [Fact]
    public void Open_OfASmallPhoto_HasItsPixels()
    {
        using SKBitmap bitmap = Pictures.Photo(30, 20);
        using ImageMemory memory = Memory(bitmap.EncodeAs(SKEncodedImageFormat.Png));
        using PhotoPixels photo = memory.Open(0);
        AssertSame(bitmap.Bytes(), photo);
    }

    [Fact]
    public void Open_OfALargePhoto_IsTheAntialiasedReduction()
    {
        using SKBitmap bitmap = Pictures.Photo(96, 96);
        using ImageMemory memory = Memory(bitmap.EncodeAs(SKEncodedImageFormat.Png));
        using PhotoPixels photo = memory.Open(0);
        byte[] expected = new byte[4 * 32 * 32];
        TriangleResampler.Resize(bitmap.Bytes(), 96, 96, new(0, 0, 96), 32, expected);
        AssertSame(expected, photo);
    }

    [Fact]
    public void Open_OfALargeJpeg_IsNearTheReductionOfTheWholePicture()
    {
        byte[] jpeg = TestPhotos.Jpeg(1210, 907);
        ImagePreprocessing preprocessing = new() { Size = 112 };
        using var fast = new ImageMemory([ImageSource.FromEncoded(jpeg)], preprocessing);
        using var exact = new ImageMemory([ImageSource.FromEncoded(jpeg)], preprocessing with { JpegDecoding = JpegDecoding.Full });
        using PhotoPixels reduced = fast.Open(0);
        using PhotoPixels whole = exact.Open(0);
        Assert.Equal((299, 224), (whole.Width, whole.Height));
        Assert.Equal((whole.Width, whole.Height), (reduced.Width, reduced.Height));
        Assert.InRange(PixelAssert.MeanDifference(whole.Rgb, reduced.Rgb), 0.01, 2.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Open_OfATurnedPhoto_IsUpright(int orientation)
    {
        using SKBitmap stored = Pictures.Quadrants(48, 32);
        using ImageMemory memory = Memory(JpegBytes.WithOrientation(stored.EncodeAs(SKEncodedImageFormat.Jpeg), orientation));

        using PhotoPixels photo = memory.Open(0);

        Assert.Equal(orientation >= 5 ? (32, 48) : (48, 32), (photo.Width, photo.Height));

        // The preprocessor turns the centred square, which the quarters of the image share.
        float[] upright = new float[3 * 16 * 16];
        memory.Prepare(0, new(s_preprocessing), upright);
        foreach ((double x, double y) in new[] { (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75) })
        {
            int expected = ((int)(16 * y) * 16) + (int)(16 * x);
            int found = 3 * (((int)(photo.Height * y) * photo.Width) + (int)(photo.Width * x));
            byte[] rgb = [(byte)upright[expected], (byte)upright[256 + expected], (byte)upright[512 + expected]];
            PixelAssert.Near(rgb, photo.Rgb.Slice(found, 3), levels: 6);
        }
    }

    [Fact]
    public void Open_OfATransparentPhoto_IsOverWhite()
    {
        using SKBitmap clear = Pictures.Paint(8, 8, (_, _) => new SKColor(200, 0, 0, 0));
        using ImageMemory memory = Memory(clear.EncodeAs(SKEncodedImageFormat.Png));
        using PhotoPixels photo = memory.Open(0);
        Assert.All(photo.Rgb.ToArray(), value => Assert.Equal(255, value));
    }

    [Fact]
    public void Load_WithSeveralWorkers_KeepsEachPhotoOnceAndReportsEach()
    {
        byte[][] files = [.. Enumerable.Range(0, 12).Select(index => TestPhotos.Jpeg(40 + index, 40))];
        using ImageMemory memory = Memory(files);
        int most = 0;
        int reports = 0;
        var progress = new DirectProgress<int>(done =>
        {
            Interlocked.Increment(ref reports);
            InterlockedMax(ref most, done);
        });

        Assert.Empty(memory.Load(4, progress, TestContext.Current.CancellationToken));

        Assert.Equal((12, 12), (reports, most));
        long bytes = Enumerable.Range(0, 12).Sum(index => (long)memory.Open(index).Rgb.Length);
        Assert.Equal(bytes, _budget.UsedBytes);
    }

    [Fact]
    public void Open_ByManyWorkersAtATime_GivesEachTheSamePixels()
    {
        using ImageMemory memory = Memory(TestPhotos.Jpeg(64, 48));
        var found = new System.Collections.Concurrent.ConcurrentBag<byte[]>();
        Parallel.For(0, 32, new() { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using PhotoPixels photo = memory.Open(0);
            found.Add(photo.Rgb.ToArray());
        });
        byte[] expected = memory.Open(0).Rgb.ToArray();
        Assert.Equal(32, found.Count);
        Assert.All(found, pixels => Assert.Equal(expected, pixels));
        Assert.Equal(expected.Length, _budget.UsedBytes);
    }

    [Fact]
    public void Load_WithBadPhotos_NamesEachWithItsFile()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("good.jpg"), TestPhotos.Jpeg(40, 40));
        File.WriteAllText(folder.File("bad.jpg"), "no image");
        string[] paths = [folder.File("bad.jpg"), folder.File("good.jpg"), folder.File("missing.jpg")];
        using var memory = new ImageMemory([.. paths.Select(ImageSource.FromFile)], s_preprocessing, _budget);

        IReadOnlyList<ImageFailure> failures = memory.Load(2, null, TestContext.Current.CancellationToken);

        Assert.Equal([0, 2], failures.Select(failure => failure.Index));
        Assert.Equal([paths[0], paths[2]], failures.Select(failure => failure.Error.Path));
        BadImageException error = Assert.Throws<BadImageException>(() => memory.Open(0));
        Assert.Contains(paths[0], error.Message, StringComparison.Ordinal);
        Assert.Equal(3 * 32 * 32, _budget.UsedBytes);
    }

    [Fact]
    public void Load_ThatIsCancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        using ImageMemory memory = Memory([.. Enumerable.Repeat(TestPhotos.Jpeg(40, 40), 50)]);
        var progress = new DirectProgress<int>(_ => stop.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => memory.Load(1, progress, stop.Token));
        Assert.Equal(3 * 32 * 32, _budget.UsedBytes);
    }

    [Fact]
    public void Load_WithAProgressThatThrows_StopsAndThrowsItsError()
    {
        using ImageMemory memory = Memory([.. Enumerable.Repeat(TestPhotos.Jpeg(40, 40), 50)]);
        var progress = new DirectProgress<int>(_ => throw new InvalidTimeZoneException());

        Assert.Throws<InvalidTimeZoneException>(() => memory.Load(2, progress, TestContext.Current.CancellationToken));

        Assert.InRange(_budget.UsedBytes, 1, 2 * 3 * 32 * 32);
    }

    [Fact]
    public void Prepare_OfAnySource_IsThePreprocessorsResult()
    {
        using var folder = new TempFolder();
        byte[] jpeg = TestPhotos.Jpeg(300, 200);
        File.WriteAllBytes(folder.File("photo.jpg"), jpeg);
        using var memory = new ImageMemory(
            [ImageSource.FromFile(folder.File("photo.jpg")), ImageSource.FromEncoded(jpeg)], s_preprocessing, new MemoryBudget(0));
        float[] expected = Planar(Pictures.Prepare(jpeg, 16));
        float[] found = new float[expected.Length];
        for (int index = 0; index < 2; index++)
        {
            found.AsSpan().Clear();
            memory.Prepare(index, new(s_preprocessing), found);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prepare_OfAnImageOfMLNet_IsThePreprocessorsResult(bool isTransparent)
    {
        using SKBitmap bitmap = Pictures.Paint(
            50, 40, (x, y) => new SKColor((byte)(5 * x), (byte)(6 * y), 90, (byte)(isTransparent ? 4 * x : 255)));
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(bitmap.EncodeAs(SKEncodedImageFormat.Png)));
        float[] expected = new float[3 * 16 * 16];
        new ImagePreprocessor(s_preprocessing).FromImage(image, expected);
        ImageSource source = ImageSource.FromImage(image);
        image.Dispose();

        using var memory = new ImageMemory([source], s_preprocessing);
        float[] found = new float[expected.Length];
        memory.Prepare(0, new(s_preprocessing), found);

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Source_OfNoImage_Throws() => Assert.Throws<BadImageException>(() => ImageSource.FromImage(null));

    [Fact]
    public void Constructor_WithASettingOutOfRange_ThrowsNamingIt()
    {
        Assert.Equal("Size", Assert.Throws<ArgumentOutOfRangeException>(() => new ImageMemory([], new() { Size = 0 })).ParamName);
        Assert.Throws<ArgumentNullException>(() => new ImageMemory(null!, new()));
        using var memory = new ImageMemory([], new());
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Load(0, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void HashOf_TellsFilesByWhatTheyHold()
    {
        using var folder = new TempFolder();
        byte[] jpeg = TestPhotos.Jpeg(40, 40);
        File.WriteAllBytes(folder.File("a.jpg"), jpeg);
        File.WriteAllBytes(folder.File("b.jpg"), TestPhotos.Jpeg(41, 40));
        using var memory = new ImageMemory(
            [
                ImageSource.FromFile(folder.File("a.jpg")),
                ImageSource.FromFile(folder.File("b.jpg")),
                ImageSource.FromEncoded(jpeg),
            ], s_preprocessing);
        string first = memory.HashOf(0);

        Assert.Equal(first, memory.HashOf(2));
        Assert.NotEqual(first, memory.HashOf(1));
        File.Copy(folder.File("b.jpg"), folder.File("a.jpg"), overwrite: true);
        Assert.Equal(memory.HashOf(1), memory.HashOf(0));
    }

    [Fact]
    public void Open_AfterDispose_Throws()
    {
        ImageMemory memory = Memory(TestPhotos.Jpeg(40, 40));
        memory.Open(0).Dispose();
        memory.Dispose();
        Assert.Equal(0, _budget.UsedBytes);
        Assert.Throws<ObjectDisposedException>(() => memory.Open(0));
    }

    [Fact]
    public void Pixels_OfAPassingPhotoAfterDispose_Throw()
    {
        using var memory = new ImageMemory([ImageSource.FromEncoded(TestPhotos.Jpeg(40, 40))], s_preprocessing, new MemoryBudget(0));
        PhotoPixels photo = memory.Open(0);
        photo.Dispose();
        photo.Dispose();
        Assert.Throws<ObjectDisposedException>(() => photo.Rgb.Length);
    }

    private static float[] Planar(byte[] rgba)
    {
        float[] planar = new float[3 * rgba.Length / 4];
        PixelTensor.Fill(rgba, planar, ImageChannelOrder.Rgb);
        return planar;
    }

    private ImageMemory Memory(params byte[][] files) =>
        new([.. files.Select(file => ImageSource.FromEncoded(file))], s_preprocessing, _budget);

    private static void AssertSame(ReadOnlySpan<byte> rgba, PhotoPixels photo)
    {
        Assert.Equal(rgba.Length / 4, photo.Width * photo.Height);
        for (int pixel = 0; pixel < rgba.Length / 4; pixel++)
        {
            Assert.True(rgba.Slice(4 * pixel, 3).SequenceEqual(photo.Rgb.Slice(3 * pixel, 3)), $"Pixel {pixel} differs.");
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int before;
        while ((before = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, before) != before)
        {
        }
    }
}

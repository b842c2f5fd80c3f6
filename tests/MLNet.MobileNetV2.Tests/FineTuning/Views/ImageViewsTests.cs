using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Images.Augmentation;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Views;

public sealed class ImageViewsTests
{
    private static readonly ImagePreprocessing s_preprocessing = new() { Size = 48 };

    [Theory]
    [InlineData(ImageChannelOrder.Rgb)]
    [InlineData(ImageChannelOrder.Bgr)]
    public void Views_WithoutAugmentation_AreThoseOfThePredictionBitForBit(ImageChannelOrder order)
    {
        string[] paths = [.. Repository.SampleFiles(1)];
        ImagePreprocessing preprocessing = new() { ChannelOrder = order };
        using var memory = new ImageMemory([.. paths.Select(ImageSource.FromFile)], preprocessing);
        memory.Load(2, null, TestContext.Current.CancellationToken);
        var views = new ImageViews(memory, preprocessing, ImageAugmentation.None, 3);
        float[] expected = new float[views.ValueCount];
        float[] found = new float[views.ValueCount];
        for (int index = 0; index < paths.Length; index++)
        {
            PixelTensor.Fill(Pictures.PrepareFile(paths[index]), expected, order);
            views.FillTraining(5, index, found);
            Assert.Equal(expected, found);
            memory.Prepare(index, new(preprocessing), found);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void TrainingViews_AreAFunctionOfSeedEpochAndPhoto()
    {
        using ImageMemory memory = Memory(null);
        using ImageMemory uncached = Memory(0);
        float[] view = View(memory, 7, 2, 1);
        Assert.Equal(view, View(memory, 7, 2, 1));
        Assert.Equal(view, View(uncached, 7, 2, 1));
        Assert.NotEqual(view, View(memory, 8, 2, 1));
        Assert.NotEqual(view, View(memory, 7, 3, 1));
        Assert.NotEqual(view, View(memory, 7, 2, 0));
    }

    [Fact]
    public void TrainingViews_MadeByManyWorkers_AreThoseOfOne()
    {
        using ImageMemory memory = Memory(null);
        var views = new ImageViews(memory, s_preprocessing, ImageAugmentation.Strong, 7);
        float[][] found = new float[64][];
        Parallel.For(0, 64, new() { MaxDegreeOfParallelism = 8 }, place =>
        {
            found[place] = new float[views.ValueCount];
            views.FillTraining(place / 2, place % 2, found[place]);
        });
        for (int place = 0; place < 64; place++)
        {
            Assert.Equal(View(memory, 7, place / 2, place % 2), found[place]);
        }
    }

    [Fact]
    public void TrainingViews_OfPhotosInMemory_AllocateNoLargeObjects()
    {
        using ImageMemory memory = Memory(null);
        var views = new ImageViews(memory, s_preprocessing, ImageAugmentation.Strong with { Hue = 0.1 }, 7);
        float[] view = new float[views.ValueCount];
        views.FillTraining(0, 0, view);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int epoch = 1; epoch <= 50; epoch++)
        {
            views.FillTraining(epoch, 0, view);
        }

        // The pool may allocate once for a size that had not been asked for.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 50, 0, 20_000);
    }

    [Fact]
    public void Views_OfABadPhoto_NameItsFile()
    {
        using var folder = new TempFolder();
        string path = folder.File("missing.jpg");
        using var memory = new ImageMemory([ImageSource.FromFile(path)], s_preprocessing);
        var views = new ImageViews(memory, s_preprocessing, ImageAugmentation.Light, 1);
        float[] view = new float[views.ValueCount];
        Assert.Equal(path, Assert.Throws<BadImageException>(() => views.FillTraining(0, 0, view)).Path);
        Assert.Equal(path, Assert.Throws<BadImageException>(() => memory.Prepare(0, new(s_preprocessing), view)).Path);
    }

    [Fact]
    public void Constructor_WithASettingOutOfRange_Throws()
    {
        using ImageMemory memory = Memory(null);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageViews(memory, s_preprocessing, new() { Hue = 1 }, 1));
        Assert.Throws<ArgumentNullException>(() => new ImageViews(null!, s_preprocessing, new(), 1));
    }

    private static ImageMemory Memory(long? budget) => new(
        [
            ImageSource.FromEncoded(TestPhotos.Jpeg(200, 150)),
            ImageSource.FromEncoded(TestPhotos.Jpeg(150, 200)),
        ], s_preprocessing, budget is { } bytes ? new MemoryBudget(bytes) : null);

    private static float[] View(ImageMemory memory, long seed, int epoch, int index)
    {
        var views = new ImageViews(memory, s_preprocessing, ImageAugmentation.Strong, seed);
        float[] view = new float[views.ValueCount];
        views.FillTraining(epoch, index, view);
        return view;
    }
}

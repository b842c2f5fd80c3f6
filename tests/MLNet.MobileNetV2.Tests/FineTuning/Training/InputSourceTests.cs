using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class InputSourceTests
{
    [Fact]
    public void Read_IsTheLayersInFrontOfTheView()
    {
        using var training = new TinyTraining();
        using var front = new FrontLayers(training.Weights, new FeatureTap(2, IsPooled: false));
        InputSource source = training.Source(front, ImageAugmentation.Strong);
        float[] pixels = new float[source.PixelCount];
        float[] expected = new float[source.InputLength];

        Assert.True(source.TryReadPixels(3, 5, pixels));
        source.ToInput(pixels, expected);

        Assert.Equal(3 * TinyTraining.Size * TinyTraining.Size, source.PixelCount);
        Assert.Equal(front.OutputLength, source.InputLength);
        Assert.Equal(expected, Read(source, 3, 5));
        Assert.NotEqual(expected, Read(source, 2, 5));
    }

    [Fact]
    public void Read_TrainedStem_IsThePixels()
    {
        using var training = new TinyTraining();
        using var front = new FrontLayers(training.Weights, tap: null);
        InputSource source = training.Source(front, ImageAugmentation.Light);
        float[] pixels = new float[source.PixelCount];
        Assert.True(source.TryReadPixels(1, 2, pixels));

        Assert.Equal(pixels, Read(source, 1, 2));
        Assert.All(pixels, value => Assert.InRange(value, 0, 255));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L << 30)]
    public void Read_ViewsPerImage_ComeAgain(long budget)
    {
        using var training = new TinyTraining();
        using var front = new FrontLayers(training.Weights, FeatureTap.Features);
        InputSource source = training.Source(front, ImageAugmentation.Standard, viewCount: 3, budget);

        float[][] views = [.. Enumerable.Range(0, 8).Select(epoch => Read(source, 1, epoch))];

        for (int epoch = 0; epoch < views.Length; epoch++)
        {
            Assert.Equal(views[epoch % 3], views[epoch]);
        }

        Assert.NotEqual(views[0], views[1]);
        Assert.NotEqual(views[1], views[2]);
        Assert.NotEqual(views[0], views[2]);
        Assert.Equal(views[1], Read(training.Source(front, ImageAugmentation.Standard), 1, 1));
    }

    [Fact]
    public void Read_NoViewsPerImage_GivesEverNewOnes()
    {
        using var training = new TinyTraining();
        using var front = new FrontLayers(training.Weights, tap: null);
        InputSource source = training.Source(front, ImageAugmentation.Standard, viewCount: 0, 1 << 30);

        Assert.Equal(10, Enumerable.Range(0, 10).Select(epoch => string.Join(' ', Read(source, 1, epoch))).Distinct().Count());
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("none", 3)]
    [InlineData("standard", 2)]
    public void Read_WhatIsCached_NeedsNoPhotoAgain(string augmentation, int views)
    {
        using var training = new TinyTraining();
        using var front = new FrontLayers(training.Weights, FeatureTap.Features);
        using var folder = new TempFolder();
        string file = folder.File("photo.png");
        using (SKBitmap photo = Pictures.Photo(40, 30))
        {
            File.WriteAllBytes(file, photo.EncodeAs(SKEncodedImageFormat.Png));
        }

        using var memory = new ImageMemory([ImageSource.FromFile(file)], training.Weights.Preprocessing, new MemoryBudget(0));
        InputSource cached = Source(1 << 30);
        InputSource uncached = Source(0);
        float[][] before = [Read(cached, 0, 0), Read(cached, 0, 1)];
        Assert.Equal(before, [Read(uncached, 0, 0), Read(uncached, 0, 1)]);
        File.Delete(file);

        Assert.Equal(before, [Read(cached, 0, 0), Read(cached, 0, 1)]);
        Assert.Throws<BadImageException>(() => Read(uncached, 0, 0));

        InputSource Source(long byteBudget) => new(
            new ImageSplit(memory, [0], [0]) { InputMemory = new(byteBudget) },
            training.Weights.Preprocessing,
            ImageAugmentation.FromName(augmentation),
            views,
            seed: 1,
            front);
    }

    private static float[] Read(InputSource source, int photo, int epoch)
    {
        float[] input = new float[source.InputLength];
        Assert.True(source.TryRead(photo, epoch, input));
        return input;
    }
}

using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Tests.Images.Augmentation;

namespace MLNet.MobileNetV2.Tests.FineTuning.Views;

/// <summary>What an image memory keeps, and what of its budget it takes.</summary>
public sealed class ImageMemoryBudgetTests
{
    private static readonly ImagePreprocessing s_preprocessing = new() { Size = 16 };

    private readonly MemoryBudget _budget = new(long.MaxValue);

    [Fact]
    public void Open_Again_GivesTheKeptPhoto()
    {
        using ImageMemory memory = Memory(TestPhotos.Jpeg(64, 48));
        PhotoPixels first = memory.Open(0);
        first.Dispose();
        Assert.Same(first, memory.Open(0));
        Assert.Equal(first.Rgb.Length, _budget.UsedBytes);
    }

    [Fact]
    public void Open_BeyondTheBudget_DecodesTheSamePixelsAgain()
    {
        byte[][] files = [TestPhotos.Jpeg(64, 48), TestPhotos.Jpeg(80, 48), TestPhotos.Jpeg(70, 50)];
        using ImageMemory kept = Memory(files);
        var nothing = new MemoryBudget(0);
        var something = new MemoryBudget(6000);
        using var none = new ImageMemory([.. files.Select(file => ImageSource.FromEncoded(file))], s_preprocessing, nothing);
        using var some = new ImageMemory([.. files.Select(file => ImageSource.FromEncoded(file))], s_preprocessing, something);
        for (int round = 0; round < 2; round++)
        {
            for (int index = 0; index < files.Length; index++)
            {
                using PhotoPixels expected = kept.Open(index);
                using PhotoPixels uncached = none.Open(index);
                using PhotoPixels other = some.Open(index);
                Assert.Equal(expected.Rgb.ToArray(), uncached.Rgb.ToArray());
                Assert.Equal(expected.Rgb.ToArray(), other.Rgb.ToArray());
                Assert.NotSame(uncached, none.Open(index));
            }
        }

        Assert.Equal(0, nothing.UsedBytes);
        Assert.InRange(something.UsedBytes, 3000, 6000);
    }

    [Fact]
    public void Release_GivesTheMemoryBackForOtherPhotos()
    {
        byte[] jpeg = TestPhotos.Jpeg(40, 40);
        var budget = new MemoryBudget(3 * 32 * 32);
        using var memory = new ImageMemory([ImageSource.FromEncoded(jpeg), ImageSource.FromEncoded(jpeg)], s_preprocessing, budget);
        PhotoPixels first = memory.Open(0);
        using (PhotoPixels passing = memory.Open(1))
        {
            Assert.NotSame(passing, memory.Open(1));
        }

        memory.Release(0);
        memory.Release(0);
        Assert.Equal(0, budget.UsedBytes);

        Assert.Same(memory.Open(1), memory.Open(1));
        Assert.NotSame(first, memory.Open(0));
    }

    [Fact]
    public void Dispose_OfOneMemory_LeavesWhatAnotherTookOfTheBudget()
    {
        ImageMemory one = Memory(TestPhotos.Jpeg(40, 40));
        using ImageMemory other = Memory(TestPhotos.Jpeg(40, 40));
        one.Open(0).Dispose();
        other.Open(0).Dispose();

        one.Dispose();

        Assert.Equal(3 * 32 * 32, _budget.UsedBytes);
    }

    private ImageMemory Memory(params byte[][] files) =>
        new([.. files.Select(file => ImageSource.FromEncoded(file))], s_preprocessing, _budget);
}

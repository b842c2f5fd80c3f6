using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public class MemoryBudgetsTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData("none", 0, 0, 10)]
    [InlineData("none", 8, 0, 10)]
    [InlineData("light", 8, 5, 5)]
    [InlineData("strong", 1, 5, 5)]
    public void Of_WhereInputsComeAgain_SharesTheMemoryOut(string augmentation, int views, long photos, long inputs)
    {
        MemoryBudgets memory = Of(augmentation, views);

        Assert.True(memory.Images.TryTake(photos * MiB));
        Assert.False(memory.Images.TryTake(1));
        Assert.True(memory.Inputs.TryTake(inputs * MiB));
        Assert.False(memory.Inputs.TryTake(1));
    }

    [Fact]
    public void Of_EverNewViews_LetsPhotosTakeAll()
    {
        MemoryBudgets memory = Of("standard", 0);

        Assert.True(memory.Images.TryTake(10 * MiB));
        Assert.False(memory.Inputs.TryTake(1));
        memory.Images.GiveBack(MiB);
        Assert.True(memory.Inputs.TryTake(MiB));
    }

    [Theory]
    [InlineData("none", 0, 4, 0, 6)]
    [InlineData("light", 8, 4, 3, 3)]
    [InlineData("light", 8, 11, 0, 0)]
    public void Of_ImagesThatAreNoFiles_TakeTheirsFirst(string augmentation, int views, int encoded, long photos, long inputs)
    {
        MemoryBudgets memory = Of(augmentation, views, encoded);

        Assert.True(memory.Images.TryTake(photos * MiB));
        Assert.False(memory.Images.TryTake(1));
        Assert.True(memory.Inputs.TryTake(inputs * MiB));
        Assert.False(memory.Inputs.TryTake(1));
    }

    private static MemoryBudgets Of(string augmentation, int views, int encoded = 0) => MemoryBudgets.Of(
        new FineTuneOptions
        {
            Augmentation = ImageAugmentation.FromName(augmentation),
            ViewsPerImage = views,
            ImageMemoryMiB = 10,
        },
        [ImageSource.FromFile("missing.png"), .. Enumerable.Repeat(ImageSource.FromEncoded(new byte[MiB]), encoded)]);
}

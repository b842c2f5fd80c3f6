using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Classification;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class ClassBalanceTests
{
    [Property(MaxTest = 200)]
    public void Weights_Balanced_MakeClassesAlikeAndPhotosOneOnAverage(NonEmptyArray<byte> draws)
    {
        const int classes = 7;
        int[] labels = [.. draws.Get.Select(draw => draw % 5)];

        float[] weights = ClassBalance.Weights(labels, classes, isBalanced: true);

        Assert.Equal(classes, weights.Length);
        Assert.Equal(1, labels.Average(label => weights[label]), 1e-5);
        double share = labels.Length / (double)labels.Distinct().Count();
        Assert.All(labels.CountBy(label => label), pair => Assert.Equal(share, pair.Value * weights[pair.Key], 1e-4 * share));
        Assert.All(Enumerable.Range(0, classes).Except(labels), label => Assert.Equal(1, weights[label]));
    }

    [Fact]
    public void Weights_NotBalanced_AreOne() => Assert.Equal([1, 1, 1], ClassBalance.Weights([0, 0, 0, 1], 3, isBalanced: false));
}

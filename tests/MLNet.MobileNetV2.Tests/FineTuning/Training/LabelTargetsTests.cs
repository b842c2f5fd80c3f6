using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class LabelTargetsTests
{
    [Theory]
    [InlineData(0.0, new float[] { 0, 0, 1, 0 })]
    [InlineData(0.1, new float[] { 0.025f, 0.025f, 0.925f, 0.025f })]
    [InlineData(0.8, new float[] { 0.2f, 0.2f, 0.4f, 0.2f })]
    public void Read_AnySmoothing_IsPyTorchsTarget(double smoothing, float[] expected)
    {
        var targets = new LabelTargets([1, 2, 0], classCount: 4, smoothing);
        float[] target = [9, 9, 9, 9];

        Assert.True(targets.TryRead(image: 1, epoch: 7, target));

        Assert.Equal(4, targets.Count);
        Assert.All(expected.Zip(target), pair => Assert.Equal(pair.First, pair.Second, 1e-7f));
        Assert.Equal(1, target.Sum(), 1e-6f);
    }
}

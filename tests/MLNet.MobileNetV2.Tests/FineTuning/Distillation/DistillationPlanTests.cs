using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class DistillationPlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(30)]
    public void Of_SharesEveryEpochOutAndEndsWithTheWholeNetwork(int epochs)
    {
        IReadOnlyList<DistillationStage> stages = DistillationPlan.Of(MobileNetV2Architecture.Default, epochs);

        Assert.Equal(epochs, stages.Sum(stage => stage.Epochs));
        Assert.All(stages, stage => Assert.InRange(stage.Epochs, 1, epochs));
        Assert.Empty(stages[^1].Ranges);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Rows_HoldEveryUnitOnceInOrder(int length) => Assert.Equal(
        Enumerable.Range(0, 19),
        DistillationPlan.Rows(19, length).SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)));

    [Fact]
    public void Maps_OfAStage_AreThoseInFrontOfAndBehindItsRanges()
    {
        var stage = new DistillationStage { Epochs = 1, Ranges = [new(0, 2), new(3, 4), new UnitRange(5, 5)] };

        Assert.Equal([2, 4, 5], stage.Maps.Order());
    }

    [Theory]
    [InlineData(1, 224, 224)]
    [InlineData(1, 100, 100)]
    [InlineData(0.7, 224, 160)]
    [InlineData(0.1, 224, 32)]
    public void SizeOf_IsAMultipleOf32UnlessItIsTheNetworksOwn(double share, int full, int size) =>
        Assert.Equal(size, new DistillationStage { Epochs = 1, Size = share }.SizeOf(full));
}

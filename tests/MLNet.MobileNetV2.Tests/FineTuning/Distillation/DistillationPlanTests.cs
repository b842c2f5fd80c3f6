using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class DistillationPlanTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 160)]
    [InlineData(7, null)]
    [InlineData(30, 160)]
    public void Of_SharesEveryEpochOutAndEndsWithTheWholeNetworkAtItsSize(int epochs, int? size)
    {
        IReadOnlyList<DistillationStage> stages = DistillationPlan.Of(MobileNetV2Architecture.Default, epochs, size);

        Assert.Equal(epochs, stages.Sum(stage => stage.Epochs));
        Assert.All(stages, stage => Assert.InRange(stage.Epochs, 1, epochs));
        Assert.Empty(stages[^1].Ranges);
        Assert.Null(stages[^1].Size);
        Assert.All(stages.SkipLast(1), stage => Assert.Equal(size, stage.Size));
    }

    [Fact]
    public void Of_HasBlocksRowsHalvesAndTheWhole() => Assert.Equal(
        [(19, 3), (5, 2), (2, 6), (0, 7), (0, 2)],
        DistillationPlan.Of(MobileNetV2Architecture.Default, epochs: 20, size: 160).Select(stage => (stage.Ranges.Count, stage.Epochs)));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Rows_HoldEveryUnitOnceInOrder(int length) => Assert.Equal(
        Enumerable.Range(0, 19),
        DistillationPlan.Rows(19, length).SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)));

    [Fact]
    public void Maps_OfAStage_AreThoseInFrontOfAndBehindItsRanges()
    {
        var stage = new DistillationStage { Epochs = 1, Rate = 1, Ranges = [new(0, 2), new(3, 4), new UnitRange(5, 5)] };

        Assert.Equal([2, 4, 5], stage.Maps.Order());
    }
}

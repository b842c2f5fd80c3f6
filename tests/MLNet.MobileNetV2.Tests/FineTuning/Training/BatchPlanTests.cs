using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class BatchPlanTests
{
    [Property(MaxTest = 200)]
    public void Photos_OfAnyEpoch_AreAllOfThemOnce(PositiveInt photos, PositiveInt batch, int seed, byte epoch)
    {
        (int count, int size) = ((photos.Get % 100) + 1, (batch.Get % 40) + 1);
        var plan = new BatchPlan(count, Options(size, seed));

        int[][] steps = [.. Enumerable.Range(0, plan.StepsPerEpoch).Select(step => plan.Images(epoch, step).ToArray())];

        Assert.Equal(Enumerable.Range(0, count), steps.SelectMany(step => step).Order());
        Assert.All(steps[..^1], step => Assert.Equal(size, step.Length));
        Assert.Equal(((count - 1) % size) + 1, steps[^1].Length);
    }

    [Theory]
    [InlineData(33, 32, 1)]
    [InlineData(39, 32, 1)]
    [InlineData(40, 32, 2)]
    [InlineData(64, 32, 2)]
    [InlineData(67, 32, 2)]
    [InlineData(5, 32, 1)]
    [InlineData(7, 2, 4)]
    public void StepsPerEpoch_LeavingSmallRestsOut_IsOfWholeOrLargeEnoughBatches(int photos, int batch, int steps)
    {
        var plan = new BatchPlan(photos, Options(batch, 1) with { BatchNorm = BatchNormTraining.BatchStatistics });

        Assert.Equal(steps, plan.StepsPerEpoch);
        Assert.Distinct(Enumerable.Range(0, steps).SelectMany(step => plan.Images(3, step).ToArray()));
        Assert.All(
            Enumerable.Range(0, steps), step => Assert.InRange(plan.Images(3, step).Length, Math.Min(photos, (batch + 3) / 4), batch));
    }

    [Fact]
    public void Photos_OrderFollowsFromSeedAndEpochAlone()
    {
        int[][] inOrder = Orders(new BatchPlan(50, Options(7, 3)), [0, 1, 2]);
        int[][] backwards = Orders(new BatchPlan(50, Options(13, 3)), [2, 1, 0]);

        Assert.Equal(inOrder, backwards.Reverse());
        Assert.NotEqual(inOrder[0], inOrder[1]);
        Assert.NotEqual(inOrder[0], Orders(new BatchPlan(50, Options(7, 4)), [0])[0]);
        Assert.NotEqual(Enumerable.Range(0, 50), inOrder[0]);
    }

    [Property(MaxTest = 200)]
    public void Steps_WhereTheyAreCounted_AreThoseAskedForOrLessThanOneAnEpochMore(PositiveInt images, PositiveInt batch, PositiveInt steps)
    {
        int asked = (steps.Get % 300) + 1;
        var plan = new BatchPlan((images.Get % 100) + 1, new() { Steps = asked, BatchSize = (batch.Get % 40) + 1 });

        Assert.Equal(plan.Epochs * plan.StepsPerEpoch, plan.Steps);
        Assert.InRange(plan.Steps, asked, asked + plan.Epochs - 1);
        for (int epoch = 0; epoch < plan.Epochs; epoch++)
        {
            Assert.Distinct(Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => plan.Images(epoch, step).ToArray()));
        }
    }

    [Theory]
    [InlineData(250, 500, 63, 8)]
    [InlineData(10_000, 500, 2, 250)]
    [InlineData(10_000, 100, 1, 100)]
    [InlineData(1, 1, 1, 1)]
    public void Epochs_WhereStepsAreCounted_AreEquallyLong(int images, int steps, int epochs, int stepsPerEpoch)
    {
        var plan = new BatchPlan(images, new() { Steps = steps });

        Assert.Equal((epochs, stepsPerEpoch), (plan.Epochs, plan.StepsPerEpoch));
    }

    private static FineTuneOptions Options(int batchSize, int seed) => new() { Epochs = 1, BatchSize = batchSize, Seed = seed };

    private static int[][] Orders(BatchPlan plan, int[] epochs) =>
    [
        .. epochs.Select(epoch => Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => plan.Images(epoch, step).ToArray()).ToArray()),
    ];
}

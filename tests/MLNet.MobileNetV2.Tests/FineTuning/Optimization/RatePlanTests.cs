using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class RatePlanTests
{
    private const int StepsPerEpoch = 10;
    private const int Epochs = 4;

    private static readonly MobileNetV2Weights s_weights =
        RandomWeights.Create(1, RandomWeights.Narrow(3), new ImagePreprocessing { Size = 32 });

    // From the last convolution, depth 1, over nine blocks to the stem.
    private static readonly TrainedTensors s_tensors =
        TrainedTensors.Of(new TrainedPart(s_weights, FineTuneBlocks.All), BatchNormTraining.Frozen);

    private static readonly FineTuneOptions s_flat = new()
    {
        Epochs = Epochs, WarmUpEpochs = 0, LastLearningRateFactor = 1, LearningRate = 0.01, HeadLearningRate = 0.1,
    };

    [Fact]
    public void RateOf_Default_IsTheHeadsAndTheBackbonesOwn()
    {
        var plan = new RatePlan(s_flat, s_tensors, StepsPerEpoch, Epochs);

        Assert.All(
            s_tensors,
            tensor => Assert.Equal(tensor.Name.StartsWith("classifier", StringComparison.Ordinal) ? 0.1f : 0.01f, plan.RateOf(tensor, 0)));
    }

    [Fact]
    public void RateOf_LayerDecay_FallsFromLayerToLayer()
    {
        var plan = new RatePlan(s_flat with { LayerDecay = 0.5 }, s_tensors, StepsPerEpoch, Epochs);

        Assert.Equal(0.1f, plan.RateOf(s_tensors["classifier.1.weight"], 3));
        Assert.Equal(0.01f, plan.RateOf(s_tensors["features.10.0.weight"], 3));
        Assert.Equal(0.005f, plan.RateOf(s_tensors["features.9.conv.0.0.weight"], 3));
        Assert.Equal(0.005f, plan.RateOf(s_tensors["features.9.conv.2.weight"], 3));
        Assert.Equal(
            (float)(0.01 * Math.Pow(0.5, s_weights.Architecture.Blocks.Count + 1)), plan.RateOf(s_tensors["features.0.0.weight"], 3));
    }

    [Fact]
    public void RateOf_HeadEpochs_FreezesAllButTheClassifierAtFirst()
    {
        var plan = new RatePlan(s_flat with { HeadEpochs = 1.5 }, s_tensors, StepsPerEpoch, Epochs);

        foreach (TrainedTensor tensor in s_tensors)
        {
            float rate = tensor.Depth == 0 ? 0.1f : 0.01f;
            Assert.Equal(tensor.Depth == 0 ? rate : 0, plan.RateOf(tensor, 14));
            Assert.Equal(rate, plan.RateOf(tensor, 15));
        }
    }

    [Fact]
    public void RateOf_HeadEpochsBeyondTheTraining_NeverUnfreezes()
    {
        var plan = new RatePlan(s_flat with { HeadEpochs = 1000 }, s_tensors, StepsPerEpoch, Epochs);

        Assert.All(s_tensors, tensor => Assert.Equal(tensor.Depth == 0, plan.RateOf(tensor, 39) > 0));
    }

    [Fact]
    public void RateOf_Unfreezing_WakesOneLayerAfterAnotherFromTheLast()
    {
        var plan = new RatePlan(s_flat with { HeadEpochs = 1, UnfreezingEpochs = 2 }, s_tensors, StepsPerEpoch, Epochs);
        int deepest = s_tensors.Max(tensor => tensor.Depth);
        int before = 0;
        for (int step = 0; step < 40; step++)
        {
            int[] awake =
                [.. s_tensors.Where(tensor => tensor.Depth > 0 && plan.RateOf(tensor, step) > 0).Select(tensor => tensor.Depth).Distinct()];

            int expected = step < 10 ? 0 : step >= 30 ? deepest : 1 + ((step - 10) * deepest / 20);
            Assert.Equal(Enumerable.Range(1, expected), awake.Order());
            Assert.True(awake.Length >= before);
            before = awake.Length;
        }
    }

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.04, 0)]
    [InlineData(4, 40)]
    [InlineData(9, 40)]
    [InlineData(1e300, 40)]
    public void Factor_WarmUp_RisesOverItsStepsAtMostToTheEnd(double epochs, int steps)
    {
        var plan = new RatePlan(s_flat with { WarmUpEpochs = epochs, LastLearningRateFactor = 0.1 }, s_tensors, StepsPerEpoch, Epochs);

        for (int step = 0; step < steps; step++)
        {
            Assert.Equal((step + 1.0) / steps, plan.Factor(step), 1e-12);
        }

        Assert.Equal(1, plan.Factor(steps), 1e-12);
        Assert.Equal(0.1f * (float)plan.Factor(2), plan.RateOf(s_tensors["classifier.1.bias"], 2), 1e-7f);
        Assert.Equal(0.01f * (float)plan.Factor(2), plan.RateOf(s_tensors["features.0.0.weight"], 2), 1e-8f);
    }

    [Fact]
    public void RateOf_HeadOnly_NeedsNoLayers()
    {
        TrainedTensors head = TrainedTensors.Of(new TrainedPart(s_weights, FineTuneBlocks.HeadOnly), BatchNormTraining.Frozen);
        var plan = new RatePlan(s_flat with { UnfreezingEpochs = 1 }, head, StepsPerEpoch, Epochs);

        Assert.All(head, tensor => Assert.Equal(0.1f, plan.RateOf(tensor, 5)));
    }
}

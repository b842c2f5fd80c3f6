using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class WeightMixTests
{
    [Theory]
    [InlineData(BatchNormForm.Folded)]
    [InlineData(BatchNormForm.Apart)]
    public void Of_MixesEveryTensorButTheClassifiers(BatchNormForm form)
    {
        MobileNetV2Weights start = RandomWeights.Create(1, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });
        MobileNetV2Weights trained = RandomWeights.Create(
            2, RandomWeights.Narrow(numClasses: 3), new ImagePreprocessing { Size = 32 }).WithBatchNorm(form);

        MobileNetV2Weights mixed = WeightMix.Of(start, trained, 0.25);

        Assert.Equal((form, 3, trained.Preprocessing), (mixed.BatchNorm, mixed.ClassCount, mixed.Preprocessing));
        Assert.Equal(trained.Tensors.Keys.Order(), mixed.Tensors.Keys.Order());
        MobileNetV2Weights other = start.WithBatchNorm(form);
        foreach ((string name, WeightTensor tensor) in mixed.Tensors)
        {
            float[] own = trained.Tensors[name].Values.ToArray();
            float[] expected = name.StartsWith("classifier", StringComparison.Ordinal)
                ? own
                : [.. own.Zip(other.Tensors[name].Values.ToArray(), (a, b) => (0.25f * a) + (0.75f * b))];
            Assert.All(expected.Zip(tensor.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void Of_AllOfTheTrained_IsThem()
    {
        MobileNetV2Weights trained = TinyNetwork.Weights;

        Assert.Same(trained, WeightMix.Of(TinyNetwork.Faint, trained, 1));
    }
}

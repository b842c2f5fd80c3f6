using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Onnx;

/// <summary>Batch norm apart, folded, taken apart again and as plain loops: one network.</summary>
public class BatchNormTests
{
    [Theory]
    [InlineData(1e-5f, PaddingFlavor.PyTorchSymmetric)]
    [InlineData(1e-3f, PaddingFlavor.TensorFlowSame)]
    public void Features_InEveryForm_AreThoseOfPlainLoops(float epsilon, PaddingFlavor padding)
    {
        MobileNetV2Weights apart = RandomWeights.Create(
            3, RandomWeights.Narrow(padding: padding), new ImagePreprocessing { Size = 32 }, BatchNormForm.Apart, epsilon);
        float[] pixels = Pixels(apart);
        float[] expected = [.. NaiveNetwork.Features(apart, pixels).Select(value => (float)value)];
        MobileNetV2Weights folded = apart.WithBatchNorm(BatchNormForm.Folded);
        MobileNetV2Weights again = folded.WithBatchNorm(BatchNormForm.Apart);

        Assert.Equal(
            (BatchNormForm.Apart, BatchNormForm.Folded, BatchNormForm.Apart), (apart.BatchNorm, folded.BatchNorm, again.BatchNorm));
        Assert.Contains(expected, value => value > 0.05);
        Assert.All(
            [apart, folded, again, apart.WithDefaultEpsilon()],
            weights => Assert.InRange(Photos.MaxDifference([expected], [Run(weights, pixels)]), 0, 1e-4));
    }

    [Fact]
    public void WithBatchNorm_InTheFormAtHand_ReturnsTheSameWeights()
    {
        MobileNetV2Weights weights = RandomWeights.Create(3, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });

        Assert.Same(weights, weights.WithBatchNorm(BatchNormForm.Folded));
        Assert.Same(weights, weights.WithDefaultEpsilon());
    }

    [Fact]
    public void WithBatchNorm_InAFormThatIsNotDefined_NamesThoseThatAre() => Assert.Contains(
        "one of Folded, Apart",
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomWeights
            .Create(3, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 }).WithBatchNorm((BatchNormForm)2)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void WithDefaultEpsilon_OfAVarianceBelowTheDifference_KeepsTheOutput()
    {
        MobileNetV2Weights drawn = RandomWeights.Create(
            3, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 }, BatchNormForm.Apart, epsilon: 1e-7f);
        var tensors = new Dictionary<string, WeightTensor>(drawn.Tensors);
        int channels = tensors["features.0.1.running_var"].Shape[0];
        tensors["features.0.1.running_var"] = new([channels], new float[channels]);
        tensors["features.0.1.running_mean"] = new([channels], new float[channels]);
        tensors["features.0.1.weight"] = new([channels], Enumerable.Repeat(1e-4f, channels).ToArray());
        var weights = new MobileNetV2Weights("dead", drawn.Architecture, tensors, drawn.Preprocessing, batchNormEpsilon: 1e-7f);
        float[] pixels = Pixels(weights);

        Assert.InRange(Photos.MaxDifference([Run(weights, pixels)], [Run(weights.WithDefaultEpsilon(), pixels)]), 0, 1e-4);
    }

    private static float[] Pixels(MobileNetV2Weights weights)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, 3 * weights.Preprocessing.Size * weights.Preprocessing.Size).Select(_ => (float)random.Next(256))];
    }

    private static float[] Run(MobileNetV2Weights weights, float[] pixels)
    {
        using var session = new NetworkSession(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1));
        float[] features = new float[session.OutputLength];
        session.Run(pixels, features);
        return features;
    }
}

using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Onnx;

public class InferenceGraphTests
{
    private const int Side = 64;

    [Theory]
    [InlineData(Side, PaddingFlavor.TensorFlowSame, ImageChannelOrder.Rgb)]
    [InlineData(Side, PaddingFlavor.PyTorchSymmetric, ImageChannelOrder.Rgb)]
    [InlineData(Side, PaddingFlavor.PyTorchSymmetric, ImageChannelOrder.Bgr)]
    [InlineData(50, PaddingFlavor.TensorFlowSame, ImageChannelOrder.Rgb)]
    [InlineData(50, PaddingFlavor.PyTorchSymmetric, ImageChannelOrder.Rgb)]
    [InlineData(1, PaddingFlavor.TensorFlowSame, ImageChannelOrder.Rgb)]
    public void Features_EqualThoseOfPlainLoops(int side, PaddingFlavor padding, ImageChannelOrder order)
    {
        var preprocessing = new ImagePreprocessing
        {
            Size = side,
            ChannelOrder = order,
            Mean = new ChannelValues(123.7f, 116.3f, 103.5f),
            Std = new ChannelValues(58.4f, 57.1f, 57.4f),
        };
        MobileNetV2Weights weights = RandomWeights.Create(7, preprocessing, padding);
        float[] pixels = Pixels(1, side);
        float[] features = new float[MobileNetV2Architecture.DefaultFeatureCount];
        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1)))
        {
            session.Run(pixels, features);
        }

        double[] expected = NaiveNetwork.Features(weights, pixels);

        Assert.True(expected.Max() > 0.1, "The network must not be silent.");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], features[i], 1e-4);
        }
    }

    [Fact]
    public void Padding_ChangesTheFeatures()
    {
        float[] pixels = Pixels(2);
        float[][] features = [.. new[] { PaddingFlavor.TensorFlowSame, PaddingFlavor.PyTorchSymmetric }.Select(padding =>
        {
            float[] result = new float[MobileNetV2Architecture.DefaultFeatureCount];
            using var session = new NetworkSession(
                RandomWeights.Create(
                    7, new ImagePreprocessing { Size = Side }, padding), InferenceGraphOutputs.Features, FeatureTap.Features, new(1));
            session.Run(pixels, result);
            return result;
        })];

        Assert.True(features[0].Zip(features[1], (a, b) => Math.Abs(a - b)).Max() > 0.01);
    }

    [Fact]
    public void Logits_AreTheClassifierOfTheFeatures()
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            3, new ImagePreprocessing { Size = Side }, PaddingFlavor.TensorFlowSame, classCount: 5);
        float[] pixels = Pixels(3);
        float[] features = new float[MobileNetV2Architecture.DefaultFeatureCount];
        float[] logits = new float[5];
        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1)))
        {
            session.Run(pixels, features);
        }

        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1)))
        {
            session.Run(pixels, logits);
        }

        ReadOnlyMemory<float> kernel = weights.Tensors["classifier.1.weight"].Values;
        ReadOnlyMemory<float> bias = weights.Tensors["classifier.1.bias"].Values;
        for (int c = 0; c < logits.Length; c++)
        {
            double expected = bias.Span[c];
            for (int f = 0; f < features.Length; f++)
            {
                expected += (double)kernel.Span[(c * features.Length) + f] * features[f];
            }

            Assert.Equal(expected, logits[c], 1e-4);
        }
    }

    [Fact]
    public void Logits_OfWeightsWithoutAClassifier_ThrowsNamingThem()
    {
        MobileNetV2Weights weights = RandomWeights.Create(3, new ImagePreprocessing { Size = Side }, PaddingFlavor.TensorFlowSame);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(
            () => new NetworkSession(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1)));

        Assert.Contains("random-3", error.Message, StringComparison.Ordinal);
    }

    private static float[] Pixels(int seed, int side = Side)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 3 * side * side).Select(_ => (float)random.Next(256))];
    }
}

using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Weights drawn from a seed, scaled so that activations neither vanish nor all reach six.</summary>
internal static class RandomWeights
{
    public static MobileNetV2Weights Create(int seed, ImagePreprocessing preprocessing, PaddingFlavor padding, int? classCount = null)
    {
        var random = new Random(seed);
        var tensors = new Dictionary<string, WeightTensor>();
        foreach (ConvolutionLayer layer in MobileNetV2Architecture.Default.Convolutions())
        {
            int fanIn = layer.KernelShape.Skip(1).Aggregate((a, b) => a * b);
            tensors[$"{layer.Name}.weight"] = Draw(layer.KernelShape, Math.Sqrt(6.0 / fanIn));
            tensors[$"{layer.Name}.bias"] = Draw([layer.OutputChannels], 0.1);
        }

        if (classCount is int classes)
        {
            tensors["classifier.1.weight"] = Draw([classes, MobileNetV2Architecture.DefaultFeatureCount], 0.05);
            tensors["classifier.1.bias"] = Draw([classes], 0.1);
        }

        return new MobileNetV2Weights($"random-{seed}", tensors, preprocessing, padding);

        WeightTensor Draw(IReadOnlyList<int> shape, double limit)
        {
            float[] values = new float[shape.Aggregate((a, b) => a * b)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(((2 * random.NextDouble()) - 1) * limit);
            }

            return new WeightTensor(shape, values);
        }
    }
}

using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Weights drawn from a seed, scaled so that activations neither vanish nor all reach six.</summary>
internal static class RandomWeights
{
    /// <summary>A network of few channels, with every kind of block: with and without expansion, shortcut and stride 2.</summary>
    public static MobileNetV2Architecture Narrow(
        int numClasses = 0, PaddingFlavor padding = PaddingFlavor.PyTorchSymmetric, int outputStride = 32) => new(
        numClasses,
        widthMultiplier: 0.25,
        [new(1, 16, 1, 1), new(6, 24, 2, 2), new(6, 32, 1, 2), new(2, 32, 1, 1), new(1, 32, 1, 1), new(3, 48, 2, 2), new(6, 64, 1, 1)],
        roundNearest: 4,
        resolution: 32,
        padding: padding,
        outputStride: outputStride);

    public static MobileNetV2Weights Create(int seed, ImagePreprocessing preprocessing, PaddingFlavor padding, int? classCount = null) =>
        Create(seed, new MobileNetV2Architecture(classCount ?? 0, padding: padding), preprocessing);

    public static MobileNetV2Weights Create(
        int seed, MobileNetV2Architecture architecture, ImagePreprocessing preprocessing, BatchNormForm form =
            BatchNormForm.Folded, float epsilon = 1e-5f)
    {
        var random = new Random(seed);
        var tensors = new Dictionary<string, WeightTensor>();
        foreach (ConvolutionLayer layer in architecture.Convolutions())
        {
            int fanIn = layer.KernelShape.Skip(1).Aggregate((a, b) => a * b);
            tensors[$"{layer.Name}.weight"] = Draw(layer.KernelShape, Math.Sqrt(6.0 / fanIn));
            if (form == BatchNormForm.Folded)
            {
                tensors[$"{layer.Name}.bias"] = Draw([layer.OutputChannels], 0.1);
                continue;
            }

            tensors[$"{layer.BatchNormName}.weight"] = Draw([layer.OutputChannels], 0.3, 0.6);
            tensors[$"{layer.BatchNormName}.bias"] = Draw([layer.OutputChannels], 0.1);
            tensors[$"{layer.BatchNormName}.running_mean"] = Draw([layer.OutputChannels], 0.3);
            tensors[$"{layer.BatchNormName}.running_var"] = Draw([layer.OutputChannels], 0.5, 1);
        }

        if (architecture.NumClasses > 0)
        {
            tensors["classifier.1.weight"] = Draw([architecture.NumClasses, architecture.FeatureCount], 0.05);
            tensors["classifier.1.bias"] = Draw([architecture.NumClasses], 0.1);
        }

        return new MobileNetV2Weights($"random-{seed}", architecture, tensors, preprocessing, batchNormEpsilon: epsilon);

        WeightTensor Draw(IReadOnlyList<int> shape, double limit, double center = 0)
        {
            float[] values = new float[shape.Aggregate((a, b) => a * b)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(center + (((2 * random.NextDouble()) - 1) * limit));
            }

            return new WeightTensor(shape, values);
        }
    }
}

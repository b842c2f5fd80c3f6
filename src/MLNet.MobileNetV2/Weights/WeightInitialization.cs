using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Draws the weights with which training from scratch begins, as torchvision's <c>mobilenet_v2</c> does.</summary>
internal static class WeightInitialization
{
    private const double ClassifierDeviation = 0.01;

    /// <summary>Every tensor of the network, batch norm apart.</summary>
    public static Dictionary<string, WeightTensor> Draw(MobileNetV2Architecture architecture, Random random)
    {
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (ConvolutionLayer layer in architecture.Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);

            // PyTorch's fan out does not divide by the groups: 9 x channels for a depthwise kernel.
            double fanOut = (double)layer.OutputChannels * layer.KernelSize * layer.KernelSize;
            tensors.Add(names.Kernel, Normal(random, Math.Sqrt(2 / fanOut), [.. layer.KernelShape]));
            tensors.Add(names.Gamma, WeightTensor.Filled(layer.OutputChannels, 1));
            tensors.Add(names.Beta, WeightTensor.Filled(layer.OutputChannels, 0));
            tensors.Add(names.Mean, WeightTensor.Filled(layer.OutputChannels, 0));
            tensors.Add(names.Variance, WeightTensor.Filled(layer.OutputChannels, 1));
        }

        DrawClassifier(architecture, random, tensors);
        return tensors;
    }

    /// <summary>Replaces the classifier, or removes it where the network has no classes.</summary>
    public static void DrawClassifier(MobileNetV2Architecture architecture, Random random, Dictionary<string, WeightTensor> tensors)
    {
        tensors.Remove(LayerTensors.ClassifierKernel);
        tensors.Remove(LayerTensors.ClassifierBias);
        if (architecture.NumClasses > 0)
        {
            tensors.Add(
                LayerTensors.ClassifierKernel, Normal(random, ClassifierDeviation, architecture.NumClasses, architecture.FeatureCount));
            tensors.Add(LayerTensors.ClassifierBias, WeightTensor.Filled(architecture.NumClasses, 0));
        }
    }

    // Box and Muller's transform: two uniform numbers give two normal ones.
    private static WeightTensor Normal(Random random, double deviation, params int[] shape)
    {
        int count = TensorShape.Count(shape) ?? throw new ArgumentException($"The shape {TensorShape.Show(shape)} is too large.");
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(radius * cosine);
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(radius * sine);
            }
        }

        return new(shape, values);
    }
}

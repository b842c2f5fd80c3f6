using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.Weights;

/// <summary>Small random weights of the right shapes, the same on every run.</summary>
internal static class TestWeights
{
    public static MobileNetV2Weights Create(int classes = 0) =>
        new(
            "random",
            new MobileNetV2Architecture(classes, padding: PaddingFlavor.TensorFlowSame),
            Tensors(classes),
            new ImagePreprocessing());

    public static Dictionary<string, WeightTensor> Tensors(int classes = 0)
    {
        var random = new Random(5);
        var tensors = new Dictionary<string, WeightTensor>();
        foreach (ConvolutionLayer layer in MobileNetV2Architecture.Default.Convolutions())
        {
            Add($"{layer.Name}.weight", [.. layer.KernelShape]);
            Add($"{layer.Name}.bias", layer.OutputChannels);
        }

        if (classes > 0)
        {
            Add("classifier.1.weight", classes, MobileNetV2Architecture.DefaultFeatureCount);
            Add("classifier.1.bias", classes);
        }

        return tensors;

        void Add(string name, params int[] shape)
        {
            float[] values = new float[shape.Aggregate((left, right) => left * right)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle() - 0.5f;
            }

            tensors.Add(name, new(shape, values));
        }
    }
}

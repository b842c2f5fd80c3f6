using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.Weights.Naming;

/// <summary>Folds batch norm, with its statistics of training, into the convolution before it.</summary>
internal static class BatchNormFolding
{
    /// <summary>The tensors by torchvision's names, batch norm folded: a kernel and a bias for each convolution, and the classifier.</summary>
    /// <param name="source">The file's name for messages.</param>
    /// <param name="tensors">The file's tensors by their own names.</param>
    /// <param name="naming">How the file names them.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing or has another shape; the first such is named as in the file.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Fold(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, TensorNaming naming)
    {
        var folded = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (LayerKeys keys in naming.Layers)
        {
            Fold(source, tensors, keys, naming.BatchNormEpsilon, folded);
        }

        foreach (string part in (string[])["weight", "bias"])
        {
            if (tensors.TryGetValue($"{naming.Classifier}.{part}", out WeightTensor? tensor))
            {
                folded.Add($"{Network.MobileNetV2Architecture.ClassifierName}.{part}", tensor);
            }
        }

        return folded;
    }

    private static void Fold(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, LayerKeys keys, float epsilon, Dictionary<string, WeightTensor> folded)
    {
        int[] channels = [keys.Layer.OutputChannels];
        WeightTensor kernel = TensorCheck.Find(source, tensors, keys.Kernel, keys.Layer.KernelShape);
        ReadOnlySpan<float> gamma = TensorCheck.Find(source, tensors, $"{keys.BatchNorm}.weight", channels).Values.Span;
        ReadOnlySpan<float> beta = TensorCheck.Find(source, tensors, $"{keys.BatchNorm}.bias", channels).Values.Span;
        ReadOnlySpan<float> mean = TensorCheck.Find(source, tensors, $"{keys.BatchNorm}.running_mean", channels).Values.Span;
        ReadOnlySpan<float> variance = TensorCheck.Find(source, tensors, $"{keys.BatchNorm}.running_var", channels).Values.Span;
        float[] scaled = kernel.Values.ToArray();
        float[] bias = new float[channels[0]];
        int size = scaled.Length / channels[0];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            if (!(variance[channel] >= 0))
            {
                throw new WeightsFormatException(
                    source, $"the tensor '{keys.BatchNorm}.running_var' holds {variance[channel]}; a variance is 0 or more.");
            }

            float scale = (float)(gamma[channel] / Math.Sqrt((double)variance[channel] + epsilon));
            Span<float> values = scaled.AsSpan(channel * size, size);
            TensorPrimitives.Multiply(values, scale, values);
            bias[channel] = beta[channel] - (mean[channel] * scale);
        }

        folded.Add($"{keys.Layer.Name}.weight", new(kernel.Shape, scaled));
        folded.Add($"{keys.Layer.Name}.bias", new(channels, bias));
    }
}

using System.Numerics.Tensors;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Folds batch norm, with its statistics of training, into the convolution before it, and takes it apart again.</summary>
internal static class BatchNormConversion
{
    /// <summary>A kernel and a bias for each convolution, and the classifier.</summary>
    public static IReadOnlyDictionary<string, WeightTensor> Fold(
        MobileNetV2Architecture architecture, IReadOnlyDictionary<string, WeightTensor> tensors, float epsilon)
    {
        Dictionary<string, WeightTensor> folded = Classifier(tensors);
        foreach (ConvolutionLayer layer in architecture.Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);
            (WeightTensor kernel, float[] bias) = Fold(
                tensors[names.Kernel],
                tensors[names.Gamma].Values.Span,
                tensors[names.Beta].Values.Span,
                tensors[names.Mean].Values.Span,
                tensors[names.Variance].Values.Span,
                epsilon);
            folded.Add(names.Kernel, kernel);
            folded.Add(names.Bias, new([bias.Length], bias));
        }

        return folded;
    }

    /// <summary>One convolution's kernel with its batch norm folded in, and the bias that results.</summary>
    public static (WeightTensor Kernel, float[] Bias) Fold(
        WeightTensor kernel,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        float epsilon)
    {
        float[] scaled = kernel.Values.ToArray();
        float[] bias = new float[gamma.Length];
        Fold(scaled, gamma, beta, mean, variance, epsilon, bias);
        return (new(kernel.Shape, scaled), bias);
    }

    /// <summary>Folds batch norm into one convolution's kernel, in place, and writes the bias that results.</summary>
    public static void Fold(
        Span<float> kernel,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        float epsilon,
        Span<float> bias)
    {
        int size = kernel.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            float scale = Scale(gamma[channel], variance[channel], epsilon);
            Span<float> values = kernel.Slice(channel * size, size);
            TensorPrimitives.Multiply(values, scale, values);
            bias[channel] = beta[channel] - (mean[channel] * scale);
        }
    }

    /// <summary>A batch norm for each convolution that only adds the bias: mean 0, and with the epsilon a variance of 1.</summary>
    public static IReadOnlyDictionary<string, WeightTensor> TakeApart(
        MobileNetV2Architecture architecture, IReadOnlyDictionary<string, WeightTensor> tensors, float epsilon)
    {
        Dictionary<string, WeightTensor> apart = Classifier(tensors);
        foreach (ConvolutionLayer layer in architecture.Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);
            apart.Add(names.Kernel, tensors[names.Kernel]);
            apart.Add(names.Gamma, WeightTensor.Filled(layer.OutputChannels, 1));
            apart.Add(names.Beta, tensors[names.Bias]);
            apart.Add(names.Mean, WeightTensor.Filled(layer.OutputChannels, 0));
            apart.Add(names.Variance, WeightTensor.Filled(layer.OutputChannels, 1 - epsilon));
        }

        return apart;
    }

    /// <summary>The same batch norm with another epsilon, which the variances compensate.</summary>
    public static IReadOnlyDictionary<string, WeightTensor> ChangeEpsilon(
        MobileNetV2Architecture architecture, IReadOnlyDictionary<string, WeightTensor> tensors, float from, float to)
    {
        var changed = new Dictionary<string, WeightTensor>(tensors, StringComparer.Ordinal);
        foreach (ConvolutionLayer layer in architecture.Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);
            float[] variance = tensors[names.Variance].Values.ToArray();
            float[] gamma = tensors[names.Gamma].Values.ToArray();
            for (int channel = 0; channel < variance.Length; channel++)
            {
                // A variance cannot go below 0: there, the scale compensates the rest.
                double before = (double)variance[channel] + from;
                variance[channel] = (float)Math.Max(0, before - to);
                gamma[channel] = (float)(gamma[channel] * Math.Sqrt(((double)variance[channel] + to) / before));
            }

            changed[names.Variance] = new([variance.Length], variance);
            changed[names.Gamma] = new([gamma.Length], gamma);
        }

        return changed;
    }

    /// <summary>What batch norm multiplies a channel by.</summary>
    public static float Scale(float gamma, float variance, float epsilon) => (float)(gamma / Math.Sqrt((double)variance + epsilon));

    private static Dictionary<string, WeightTensor> Classifier(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var classifier = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (string name in LayerTensors.Classifier.Where(tensors.ContainsKey))
        {
            classifier.Add(name, tensors[name]);
        }

        return classifier;
    }
}

using System.Numerics.Tensors;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Reads the weights of a network in a graph and names them as torchvision does.</summary>
internal static class RecognizedTensors
{
    /// <summary>The tensors and batch norm's epsilon: apart where every convolution has batch norm with one epsilon, else folded.</summary>
    /// <exception cref="WeightsFormatException">A tensor of the file is damaged.</exception>
    public static (IReadOnlyDictionary<string, WeightTensor> Tensors, float Epsilon) Read(
        string source, RecognizedNetwork network, MobileNetV2Architecture architecture)
    {
        LayerWeights[] weights = [.. network.Layers.Select(layer => layer.Weights())];
        float epsilon = weights[0].Norm?.Epsilon ?? 0;
        bool isApart = epsilon > 0 && float.IsFinite(epsilon) && Array.TrueForAll(weights, layer => layer.Norm?.Epsilon == epsilon);
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        int index = 0;
        foreach (ConvolutionLayer layer in architecture.Convolutions().Take(weights.Length))
        {
            LayerTensors names = LayerTensors.Of(layer);
            if (isApart)
            {
                AddApart(tensors, names, weights[index]);
            }
            else
            {
                (WeightTensor kernel, float[] bias) = Fold(source, network.Layers[index].Place, weights[index]);
                tensors.Add(names.Kernel, kernel);
                tensors.Add(names.Bias, Vector(bias));
            }

            index++;
        }

        if (network.Classifier is { } classifier)
        {
            (WeightTensor kernel, float[] bias) = Fold(source, classifier.Place, classifier.Weights());
            tensors.Add(LayerTensors.ClassifierKernel, new([classifier.ClassCount, architecture.FeatureCount], kernel.Values));
            tensors.Add(LayerTensors.ClassifierBias, Vector(bias));
        }

        return (tensors, isApart ? epsilon : MobileNetV2Weights.DefaultBatchNormEpsilon);
    }

    private static void AddApart(Dictionary<string, WeightTensor> tensors, LayerTensors names, LayerWeights weights)
    {
        ChannelNorm norm = weights.Norm!;
        tensors.Add(names.Kernel, weights.Kernel);
        tensors.Add(names.Gamma, Vector(norm.Gamma));
        tensors.Add(names.Beta, Vector(norm.Beta));
        tensors.Add(names.Mean, Vector(MeanWithoutBias(weights)));
        tensors.Add(names.Variance, Vector(norm.Variance));
    }

    /// <summary>The kernel and the bias of a layer, with its batch norm, if any, folded.</summary>
    /// <exception cref="WeightsFormatException">Its batch norm cannot be folded.</exception>
    public static (WeightTensor Kernel, float[] Bias) Fold(string source, string place, LayerWeights weights)
    {
        if (weights.Norm is not { } norm)
        {
            return (weights.Kernel, weights.Bias ?? new float[weights.Kernel.Shape[0]]);
        }

        float least = TensorPrimitives.Min<float>(norm.Variance);
        return least + norm.Epsilon > 0
            ? BatchNormConversion.Fold(weights.Kernel, norm.Gamma, norm.Beta, MeanWithoutBias(weights), norm.Variance, norm.Epsilon)
            : throw new WeightsFormatException(
                source, $"{place}: its batch norm has a variance of {least} and an epsilon of {norm.Epsilon}; their sum must be above 0.");
    }

    // Batch norm subtracts the mean, so a bias before it is the same as a lower mean.
    private static float[] MeanWithoutBias(LayerWeights weights)
    {
        if (weights.Bias is null)
        {
            return weights.Norm!.Mean;
        }

        float[] mean = new float[weights.Bias.Length];
        TensorPrimitives.Subtract(weights.Norm!.Mean, weights.Bias, mean);
        return mean;
    }

    private static WeightTensor Vector(float[] values) => new([values.Length], values);
}

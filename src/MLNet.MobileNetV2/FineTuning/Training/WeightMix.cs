using System.Numerics.Tensors;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Mixes trained weights with those at the start (arXiv 2109.01903).</summary>
internal static class WeightMix
{
    /// <summary>Mixes.</summary>
    /// <param name="start">The weights at the start; their classifier does not matter.</param>
    /// <param name="trained">The trained weights, whose classifier is kept.</param>
    /// <param name="share">The share of the trained ones, from 0 to 1.</param>
    public static MobileNetV2Weights Of(MobileNetV2Weights start, MobileNetV2Weights trained, double share)
    {
        if (share == 1)
        {
            return trained;
        }

        start = start.WithBatchNorm(trained.BatchNorm);
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in trained.Tensors)
        {
            if (name is LayerTensors.ClassifierKernel or LayerTensors.ClassifierBias)
            {
                tensors[name] = tensor;
                continue;
            }

            float[] mixed = new float[tensor.Values.Length];
            TensorPrimitives.Lerp(start.Tensors[name].Values.Span, tensor.Values.Span, (float)share, mixed);
            tensors[name] = new(tensor.Shape, mixed);
        }

        return new(
            trained.Name, trained.Architecture, tensors, trained.Preprocessing, sha256: null, trained.BatchNormEpsilon);
    }
}

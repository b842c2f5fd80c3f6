using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Detection.Training;

/// <summary>The weights that a training begins with: those of a detector, its classes new.</summary>
internal static class DetectorStart
{
    private const double Deviation = 0.01;

    // Nearly all anchors are background, so each class begins with this probability (arXiv 1708.02002, section 3.3).
    private const double Prior = 0.01;

    /// <summary>Keeps the network, its extra layers and what predicts boxes, and draws what predicts classes.</summary>
    /// <param name="from">The detector.</param>
    /// <param name="labels">The new classes.</param>
    /// <param name="shapes">Shapes of the anchors of each map; null for SSD's.</param>
    /// <param name="seed">Any number.</param>
    public static DetectionWeights Create(
        DetectionWeights from, IReadOnlyList<string> labels, IReadOnlyList<IReadOnlyList<AnchorShape>>? shapes, long seed)
    {
        var tensors = new Dictionary<string, WeightTensor>(from.Tensors, StringComparer.Ordinal);
        var random = new SplitMix64(seed);
        foreach (SsdLitePredictor predictor in new SsdLiteLayers(from.Architecture, labels.Count).Predictors)
        {
            ConvolutionLayer last = predictor.Classes[^1];
            LayerTensors names = LayerTensors.Of(last);
            float[] kernel = new float[last.OutputChannels * last.InputChannels];
            foreach (ref float value in kernel.AsSpan())
            {
                value = (float)(Deviation * random.NextNormal());
            }

            tensors[names.Kernel] = new(last.KernelShape, kernel);
            tensors[names.Bias] = WeightTensor.Filled(last.OutputChannels, (float)-Math.Log((1 - Prior) / Prior));
        }

        return new(from.Name, from.Architecture, labels, tensors, from.Preprocessing, shapes);
    }
}

using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

/// <summary>A narrow detector with views and boxes drawn from a seed.</summary>
internal sealed class DetectorCase
{
    public const int Side = 32;

    private static readonly TrainedBox[][] s_boxes =
    [
        [new(1, new(0.1f, 0.1f, 0.6f, 0.5f)), new(2, new(0.3f, 0.5f, 0.95f, 0.98f))],
        [new(2, new(0.05f, 0.4f, 0.3f, 0.9f)), new(1, new(0, 0, 0.55f, 0.45f), IsIgnored: true)],
        [],
    ];

    public DetectorCase(int seed, PaddingFlavor padding)
    {
        Weights = Create(seed, padding);
        var random = new Random(seed);
        Pixels = [.. s_boxes.Select(_ => Enumerable.Range(0, 3 * Side * Side).Select(_ => random.NextSingle() * 255).ToArray())];
    }

    public DetectionWeights Weights { get; }

    public float[][] Pixels { get; }

    /// <summary>The weights of the samples, as training has them: the anchors that learn a box, at least 1.</summary>
    public float[] SampleWeights { get; } = new float[s_boxes.Length];

    /// <summary>A narrow detector whose activations neither vanish nor all reach six.</summary>
    public static DetectionWeights Create(int seed, PaddingFlavor padding)
    {
        MobileNetV2Architecture architecture = RandomWeights.Narrow(padding: padding);
        var preprocessing = new ImagePreprocessing { Size = Side, Crop = ImageCrop.Squash, CropFraction = 1 };
        var tensors = new Dictionary<string, WeightTensor>(
            RandomWeights.Create(seed, architecture, preprocessing).Tensors, StringComparer.Ordinal);
        var random = new Random(seed + 1);
        foreach (ConvolutionLayer layer in new SsdLiteLayers(architecture, 2).Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);
            int fanIn = layer.KernelShape.Skip(1).Aggregate((a, b) => a * b);
            tensors[names.Kernel] = Draw(layer.KernelShape, Math.Sqrt((layer.HasReLU6 ? 6.0 : 1) / fanIn));
            tensors[names.Bias] = Draw([layer.OutputChannels], 0.1);
        }

        return new("narrow", architecture, ["scratch", "dent"], tensors, preprocessing);

        WeightTensor Draw(IReadOnlyList<int> shape, double limit) => new(
            shape,
            Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => (float)(limit * ((2 * random.NextDouble()) - 1))).ToArray());
    }

    /// <summary>The views as samples of what is trained.</summary>
    public GradientBatch Batch(TrainedDetector detector)
    {
        using var front = new DetectorFront(detector);
        var order = new AnchorOrder(Weights.Anchors);
        var targets = new BoxTargets(Weights.Anchors, order);
        float[] inputs = new float[s_boxes.Length * front.OutputLength];
        float[] wanted = new float[s_boxes.Length * targets.Length];
        for (int sample = 0; sample < s_boxes.Length; sample++)
        {
            front.Run(Pixels[sample], inputs.AsSpan(sample * front.OutputLength, front.OutputLength));
            SampleWeights[sample] = Math.Max(1, targets.Write(s_boxes[sample], wanted.AsSpan(sample * targets.Length, targets.Length)));
        }

        return new() { Count = s_boxes.Length, Inputs = inputs, Targets = wanted, Weights = SampleWeights };
    }

    /// <summary>The loss of the batch: that of all anchors, over the number of those that learn a box.</summary>
    public double NaiveLoss(NaiveDetector naive, DetectionLoss kind)
    {
        double sum = 0;
        for (int sample = 0; sample < s_boxes.Length; sample++)
        {
            (double[][] logits, double[][] offsets) = naive.Run(Pixels[sample]);
            (int[] classes, double[][] wanted) = NaiveMultiboxLoss.Targets(
                Weights.Anchors.Anchors,
                [.. s_boxes[sample].Select(box => (box.Class, new MatchedTruth(box.Box, box.IsIgnored)))]);
            sum += SampleWeights[sample] * NaiveMultiboxLoss.Compute(logits, offsets, classes, wanted, kind);
        }

        return sum / SampleWeights.Sum();
    }
}

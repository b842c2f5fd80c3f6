using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Weights;

/// <summary>A small detector whose weights are drawn from a seed.</summary>
internal static class DetectionTestWeights
{
    public const int Side = 96;

    public static readonly string[] Labels = ["scratch", "dent", "stain in a word or two"];

    public static MobileNetV2Architecture Architecture { get; } =
        new(numClasses: 0, widthMultiplier: 0.35, padding: PaddingFlavor.TensorFlowSame);

    public static ImagePreprocessing Preprocessing { get; } = new() { Size = Side, Crop = ImageCrop.Squash, CropFraction = 1 };

    /// <summary>The tensors that such a detector has.</summary>
    public static Dictionary<string, WeightTensor> Tensors()
    {
        MobileNetV2Weights backbone = MobileNetV2Weights.Initialize(Architecture, seed: 3).WithBatchNorm(BatchNormForm.Folded);
        var tensors = new Dictionary<string, WeightTensor>(backbone.Tensors, StringComparer.Ordinal);
        var random = new Random(4);
        foreach (ConvolutionLayer layer in new SsdLiteLayers(Architecture, Labels.Length).Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);
            tensors.Add(names.Kernel, Uniform(random, [.. layer.KernelShape], 2f / layer.KernelShape.Skip(1).Aggregate((a, b) => a * b)));
            tensors.Add(names.Bias, Uniform(random, [layer.OutputChannels], 0.5f));
        }

        return tensors;
    }

    public static DetectionWeights Create() => new("drawn", Architecture, Labels, Tensors(), Preprocessing);

    private static WeightTensor Uniform(Random random, int[] shape, float most) =>
        new(shape, Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => ((random.NextSingle() * 2) - 1) * most).ToArray());
}

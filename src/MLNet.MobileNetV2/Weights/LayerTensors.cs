using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights;

/// <summary>The names of one convolution's tensors, as in torchvision.</summary>
internal sealed record LayerTensors(string Kernel, string Bias, string Gamma, string Beta, string Mean, string Variance)
{
    public const string ClassifierKernel = $"{MobileNetV2Architecture.ClassifierName}.weight";
    public const string ClassifierBias = $"{MobileNetV2Architecture.ClassifierName}.bias";

    public static IReadOnlyList<string> Classifier { get; } = [ClassifierKernel, ClassifierBias];

    /// <summary>Whether a file has any of the tensors, and so the layer, complete or not.</summary>
    public bool IsIn(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        tensors.ContainsKey(Kernel) || tensors.ContainsKey(Bias) || tensors.ContainsKey(Gamma) || tensors.ContainsKey(Mean);

    /// <summary>Whether a file has the layer's batch norm folded: a bias and no statistics.</summary>
    public bool IsFolded(IReadOnlyDictionary<string, WeightTensor> tensors) => tensors.ContainsKey(Bias) && !tensors.ContainsKey(Mean);

    /// <summary>The tensors beside the kernel, with batch norm folded or apart.</summary>
    public IEnumerable<string> BatchNorm(bool isFolded) => isFolded ? [Bias] : [Gamma, Beta, Mean, Variance];

    public static LayerTensors Of(ConvolutionLayer layer) => Of(layer.Name, layer.BatchNormName);

    /// <summary>Names the tensors of a convolution and a batch norm.</summary>
    public static LayerTensors Of(string convolution, string batchNorm) => new(
        $"{convolution}.weight",
        $"{convolution}.bias",
        $"{batchNorm}.weight",
        $"{batchNorm}.bias",
        $"{batchNorm}.running_mean",
        $"{batchNorm}.running_var");
}

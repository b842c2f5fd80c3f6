using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>Names of Keras's <c>MobileNetV2</c>: <c>block_1_depthwise/depthwise_kernel</c>, <c>block_1_depthwise_BN/gamma</c>.</summary>
internal static class KerasNames
{
    /// <summary>The kernel of the first convolution.</summary>
    public const string StemKernel = "Conv1/kernel";

    /// <summary>The names of each network that a file has, by itself or within another model.</summary>
    public static IEnumerable<TensorFlowNames> Find(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        TensorFlowNames.Prefixes(tensors, StemKernel).Select(prefix => Of(tensors, prefix));

    // Keras names the classifier "predictions" from 2.4 on, and "Logits" before.
    private static TensorFlowNames Of(IReadOnlyDictionary<string, WeightTensor> tensors, string prefix)
    {
        string classifier = tensors.ContainsKey($"{prefix}Logits/kernel") ? $"{prefix}Logits" : $"{prefix}predictions";
        return new(
            new TensorNaming(
                "Keras",
                Layer("Conv1", "kernel", "bn_Conv1"),
                tensors => TensorNaming.Counted(index => Block(tensors, index == 0 ? "expanded_conv" : $"block_{index}")),
                _ => Layer("Conv_1", "kernel", "Conv_1_bn"),
                TensorNaming.TensorFlow.BatchNormEpsilon,
                TensorNaming.TensorFlow.Padding),
            $"{classifier}/kernel",
            $"{classifier}/bias");

        BlockNames? Block(IReadOnlyDictionary<string, WeightTensor> tensors, string name) => TensorNaming.OfLayers(
            tensors,
            Layer($"{name}_expand", "kernel", $"{name}_expand_BN"),
            Layer($"{name}_depthwise", "depthwise_kernel", $"{name}_depthwise_BN"),
            Layer($"{name}_project", "kernel", $"{name}_project_BN"));

        LayerTensors Layer(string convolution, string kernel, string batchNorm) => new(
            $"{prefix}{convolution}/{kernel}",
            $"{prefix}{convolution}/bias",
            $"{prefix}{batchNorm}/gamma",
            $"{prefix}{batchNorm}/beta",
            $"{prefix}{batchNorm}/moving_mean",
            $"{prefix}{batchNorm}/moving_variance");
    }
}

using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>
/// The names of one network's tensors in a TensorFlow file, which may lack the classifier's. A folded depthwise layer may keep a scale,
/// under the name of batch norm's.
/// </summary>
internal sealed record TensorFlowNames(TensorNaming Layers, string ClassifierKernel, string ClassifierBias)
{
    /// <summary>The beginnings of names that end in a text, which follows a slash or is the whole name; in ordinal order.</summary>
    public static IEnumerable<string> Prefixes(IReadOnlyDictionary<string, WeightTensor> tensors, string ending) => tensors.Keys
        .Where(name => name.EndsWith(ending, StringComparison.Ordinal))
        .Select(name => name[..^ending.Length])
        .Where(prefix => prefix is "" or [.., '/'])
        .Order(StringComparer.Ordinal);
}

/// <summary>Names of Keras's <c>MobileNetV2</c>: <c>block_1_depthwise/depthwise_kernel</c>, <c>block_1_depthwise_BN/gamma</c>.</summary>
internal static class KerasNames
{
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

/// <summary>
/// Names of TensorFlow-Slim's <c>MobilenetV2</c>, as graphs keep them: <c>MobilenetV2/expanded_conv_1/depthwise/depthwise_weights</c>.
/// </summary>
internal static class SlimNames
{
    /// <summary>Where the network begins, after the names of what it is part of.</summary>
    public const string Scope = "MobilenetV2/";

    // Older converters of TF.js, newer ones, and graphs whose batch norm nobody has folded.
    private static readonly Style[] s_styles =
    [
        new("Conv2D/merged_input", "BatchNorm/batchnorm/sub", "BatchNorm/batchnorm/sub", "BatchNorm/batchnorm/mul"),
        new("Conv2D_weights", "Conv2D_bn_offset", "depthwise_bn_offset", "BatchNorm/gamma"),
        new("weights", "biases", "biases", "BatchNorm/gamma"),
    ];

    public static IEnumerable<TensorFlowNames> Find(IReadOnlyDictionary<string, WeightTensor> tensors) => s_styles.SelectMany(
        style => TensorFlowNames.Prefixes(tensors, $"{Scope}Conv/{style.Kernel}").Select(prefix => Of(prefix + Scope, style)));

    private static TensorFlowNames Of(string scope, Style style)
    {
        return new(
            new TensorNaming(
                "TensorFlow-Slim",
                Convolution("Conv"),
                tensors => TensorNaming.Counted(index => Block(tensors, index == 0 ? "expanded_conv" : $"expanded_conv_{index}")),
                _ => Convolution("Conv_1"),
                TensorNaming.TensorFlow.BatchNormEpsilon,
                TensorNaming.TensorFlow.Padding),
            $"{scope}Logits/Conv2d_1c_1x1/weights",
            $"{scope}Logits/Conv2d_1c_1x1/biases");

        BlockNames? Block(IReadOnlyDictionary<string, WeightTensor> tensors, string name) => TensorNaming.OfLayers(
            tensors,
            Convolution($"{name}/expand"),
            Layer($"{name}/depthwise", "depthwise_weights", style.DepthwiseShift),
            Convolution($"{name}/project"));

        LayerTensors Convolution(string name) => Layer(name, style.Kernel, style.Shift);

        LayerTensors Layer(string name, string kernel, string shift) => new(
            $"{scope}{name}/{kernel}",
            $"{scope}{name}/{shift}",
            $"{scope}{name}/{style.Scale}",
            $"{scope}{name}/BatchNorm/beta",
            $"{scope}{name}/BatchNorm/moving_mean",
            $"{scope}{name}/BatchNorm/moving_variance");
    }

    /// <summary>A converter's names for a layer's tensors, after the layer's own.</summary>
    private sealed record Style(string Kernel, string Shift, string DepthwiseShift, string Scale);
}

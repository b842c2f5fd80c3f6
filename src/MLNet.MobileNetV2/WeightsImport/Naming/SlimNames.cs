using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>Names of TensorFlow-Slim's <c>MobilenetV2</c>, as graphs keep them: <c>MobilenetV2/expanded_conv_1/depthwise/depthwise_weights</c>.</summary>
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

    /// <summary>The names of each network that a file has.</summary>
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

    /// <summary>What a converter makes of a layer's tensors, after its name.</summary>
    private sealed record Style(string Kernel, string Shift, string DepthwiseShift, string Scale);
}

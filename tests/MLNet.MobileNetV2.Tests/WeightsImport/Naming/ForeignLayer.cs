namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

/// <summary>
/// One convolution as another project names it: the kernel, what its batch norm's names begin with, and the kernel's shape.
/// </summary>
internal sealed record ForeignLayer(string Kernel, string BatchNorm, int[] Shape)
{
    /// <summary>Whether every channel has a kernel of its own.</summary>
    public bool IsDepthwise => Shape is [_, 1, 3, 3];

    /// <summary>Layers of torchvision's <c>mobilenet_v2().state_dict()</c>.</summary>
    public static IEnumerable<ForeignLayer> Torchvision(ForeignTable? table = null) => Layers(
        table,
        ("features.0.0.weight", "features.0.1"),
        (block, _, _, kind, expands) => (kind, expands) switch
        {
            ("expand", _) => ($"features.{block + 1}.conv.0.0.weight", $"features.{block + 1}.conv.0.1"),
            ("depthwise", true) => ($"features.{block + 1}.conv.1.0.weight", $"features.{block + 1}.conv.1.1"),
            ("depthwise", false) => ($"features.{block + 1}.conv.0.0.weight", $"features.{block + 1}.conv.0.1"),
            (_, true) => ($"features.{block + 1}.conv.2.weight", $"features.{block + 1}.conv.3"),
            _ => ($"features.{block + 1}.conv.1.weight", $"features.{block + 1}.conv.2"),
        },
        count => ($"features.{count + 1}.0.weight", $"features.{count + 1}.1"));

    /// <summary>Layers of timm's <c>mobilenetv2_100</c>.</summary>
    public static IEnumerable<ForeignLayer> Timm(ForeignTable? table = null) => Layers(
        table,
        ("conv_stem.weight", "bn1"),
        (_, stage, repeat, kind, expands) =>
        {
            string block = $"blocks.{stage}.{repeat}.";
            return (kind, expands) switch
            {
                ("expand", _) => (block + "conv_pw.weight", block + "bn1"),
                ("depthwise", true) => (block + "conv_dw.weight", block + "bn2"),
                ("depthwise", false) => (block + "conv_dw.weight", block + "bn1"),
                (_, true) => (block + "conv_pwl.weight", block + "bn3"),
                _ => (block + "conv_pw.weight", block + "bn2"),
            };
        },
        _ => ("conv_head.weight", "bn2"));

    /// <summary>
    /// Layers of Hugging Face's <c>MobileNetV2ForImageClassification</c>, or of its <c>MobileNetV2Model</c> without a prefix.
    /// </summary>
    public static IEnumerable<ForeignLayer> HuggingFace(string prefix, ForeignTable? table = null) => Layers(
        table,
        ($"{prefix}conv_stem.first_conv.convolution.weight", $"{prefix}conv_stem.first_conv.normalization"),
        (block, _, _, kind, _) =>
        {
            string part = kind switch { "expand" => "expand_1x1", "depthwise" => "conv_3x3", _ => "reduce_1x1" };
            string name = prefix + (block == 0 ? "conv_stem." : $"layer.{block - 1}.") + part;
            return (name + ".convolution.weight", name + ".normalization");
        },
        _ => ($"{prefix}conv_1x1.convolution.weight", $"{prefix}conv_1x1.normalization"));

    /// <summary>Layers of TensorFlow-Slim's <c>MobilenetV2</c>, whose kernels have the given name in a layer.</summary>
    public static IEnumerable<ForeignLayer> Slim(string scope, string kernel, ForeignTable? table = null) => Layers(
        table,
        ($"{scope}Conv/{kernel}", $"{scope}Conv"),
        (block, _, _, kind, _) =>
        {
            string name = scope + (block == 0 ? "expanded_conv/" : $"expanded_conv_{block}/") + kind;
            return ($"{name}/{(kind == "depthwise" ? "depthwise_weights" : kernel)}", name);
        },
        _ => ($"{scope}Conv_1/{kernel}", $"{scope}Conv_1"));

    /// <summary>Layers of Keras's <c>MobileNetV2</c>.</summary>
    public static IEnumerable<ForeignLayer> Keras(string prefix, ForeignTable? table = null) => Layers(
        table,
        ($"{prefix}Conv1/kernel", $"{prefix}bn_Conv1"),
        (block, _, _, kind, _) =>
        {
            string name = prefix + (block == 0 ? "expanded_conv_" : $"block_{block}_") + kind;
            return ($"{name}/{(kind == "depthwise" ? "depthwise_kernel" : "kernel")}", name + "_BN");
        },
        _ => ($"{prefix}Conv_1/kernel", $"{prefix}Conv_1_bn"));

    private static IEnumerable<ForeignLayer> Layers(
        ForeignTable? given,
        (string Kernel, string BatchNorm) first,
        Func<int, int, int, string, bool, (string Kernel, string BatchNorm)> name,
        Func<int, (string Kernel, string BatchNorm)> last)
    {
        ForeignTable table = given ?? ForeignTable.Paper;
        yield return Of(first, [table.Stem, 3, 3, 3]);
        int input = table.Stem;
        int block = 0;
        for (int stage = 0; stage < table.Stages.Count; stage++)
        {
            (int t, int c, int n) = table.Stages[stage];
            for (int repeat = 0; repeat < n; repeat++, block++, input = c)
            {
                if (t > 1)
                {
                    yield return Of(name(block, stage, repeat, "expand", true), [input * t, input, 1, 1]);
                }

                yield return Of(name(block, stage, repeat, "depthwise", t > 1), [input * t, 1, 3, 3]);
                yield return Of(name(block, stage, repeat, "project", t > 1), [c, input * t, 1, 1]);
            }
        }

        yield return Of(last(block), [table.Features, input, 1, 1]);

        static ForeignLayer Of((string Kernel, string BatchNorm) names, int[] shape) => new(names.Kernel, names.BatchNorm, shape);
    }
}

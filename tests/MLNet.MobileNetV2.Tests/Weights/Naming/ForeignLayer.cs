namespace MLNet.MobileNetV2.Tests.Weights.Naming;

/// <summary>One convolution as another project names it: the kernel, what its batch norm's names begin with, and the kernel's shape.</summary>
internal sealed record ForeignLayer(string Kernel, string BatchNorm, int[] Shape)
{
    // Table 2 of the paper, written out once more: t, c, n.
    private static readonly (int T, int C, int N)[] s_stages = [(1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)];

    /// <summary>Layers of torchvision's <c>mobilenet_v2().state_dict()</c>.</summary>
    public static IEnumerable<ForeignLayer> Torchvision() => Layers(
        new("features.0.0.weight", "features.0.1", [32, 3, 3, 3]),
        (block, _, _, kind, expands) => (kind, expands) switch
        {
            ("expand", _) => ($"features.{block + 1}.conv.0.0.weight", $"features.{block + 1}.conv.0.1"),
            ("depthwise", true) => ($"features.{block + 1}.conv.1.0.weight", $"features.{block + 1}.conv.1.1"),
            ("depthwise", false) => ($"features.{block + 1}.conv.0.0.weight", $"features.{block + 1}.conv.0.1"),
            (_, true) => ($"features.{block + 1}.conv.2.weight", $"features.{block + 1}.conv.3"),
            _ => ($"features.{block + 1}.conv.1.weight", $"features.{block + 1}.conv.2"),
        },
        new("features.18.0.weight", "features.18.1", [1280, 320, 1, 1]));

    /// <summary>Layers of timm's <c>mobilenetv2_100</c>.</summary>
    public static IEnumerable<ForeignLayer> Timm() => Layers(
        new("conv_stem.weight", "bn1", [32, 3, 3, 3]),
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
        new("conv_head.weight", "bn2", [1280, 320, 1, 1]));

    /// <summary>Layers of Hugging Face's <c>MobileNetV2ForImageClassification</c>, or of its <c>MobileNetV2Model</c> without a prefix.</summary>
    public static IEnumerable<ForeignLayer> HuggingFace(string prefix) => Layers(
        new($"{prefix}conv_stem.first_conv.convolution.weight", $"{prefix}conv_stem.first_conv.normalization", [32, 3, 3, 3]),
        (block, _, _, kind, _) =>
        {
            string part = kind switch { "expand" => "expand_1x1", "depthwise" => "conv_3x3", _ => "reduce_1x1" };
            string name = prefix + (block == 0 ? "conv_stem." : $"layer.{block - 1}.") + part;
            return (name + ".convolution.weight", name + ".normalization");
        },
        new($"{prefix}conv_1x1.convolution.weight", $"{prefix}conv_1x1.normalization", [1280, 320, 1, 1]));

    private static IEnumerable<ForeignLayer> Layers(
        ForeignLayer first, Func<int, int, int, string, bool, (string Kernel, string BatchNorm)> name, ForeignLayer last)
    {
        yield return first;
        int input = 32;
        int block = 0;
        for (int stage = 0; stage < s_stages.Length; stage++)
        {
            (int t, int c, int n) = s_stages[stage];
            for (int repeat = 0; repeat < n; repeat++, block++, input = c)
            {
                if (t > 1)
                {
                    yield return Of("expand", [input * t, input, 1, 1]);
                }

                yield return Of("depthwise", [input * t, 1, 3, 3]);
                yield return Of("project", [c, input * t, 1, 1]);

                ForeignLayer Of(string kind, int[] shape)
                {
                    (string kernel, string batchNorm) = name(block, stage, repeat, kind, t > 1);
                    return new(kernel, batchNorm, shape);
                }
            }
        }

        yield return last;
    }
}

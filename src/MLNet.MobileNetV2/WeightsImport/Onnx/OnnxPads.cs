using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads the padding of convolutions, within them or as an operator before them.</summary>
internal static class OnnxPads
{
    private const int Rank = 4;

    public static OnnxPadded Read(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor input = node.Tensor(0);
        string mode = node.Text("mode", "constant");
        float value = node.FloatOf("value", 2) ?? 0;
        if (mode != "constant" || value != 0)
        {
            throw node.Error($"it pads by '{mode}' with {value}; zeros are allowed.");
        }

        long[] pads = node.IntsOf("pads", 1) ?? [];
        long[] named = node.OptionalIntegers(3) ?? [0, 1, 2, 3];
        int[] axes = [.. named.Select(axis => (int)Math.Clamp(axis < 0 ? axis + Rank : axis, -1, Rank))];
        long[] before = new long[Rank];
        long[] after = new long[Rank];
        for (int i = 0; i < axes.Length && pads.Length == axes.Length * 2 && axes[i] is >= 0 and < Rank; i++)
        {
            before[axes[i]] = pads[i];
            after[axes[i]] = pads[axes.Length + i];
        }

        int rows = input.IsChannelsLast ? 1 : 2;
        int channels = input.IsChannelsLast ? 3 : 1;
        bool isAllowed = pads.Length == axes.Length * 2
            && before[0] == 0 && after[0] == 0 && before[channels] == 0 && after[channels] == 0
            && before[rows] == before[rows + 1] && after[rows] == after[rows + 1]
            && before[rows] is >= 0 and <= short.MaxValue && after[rows] is >= 0 and <= short.MaxValue;
        return isAllowed && input is not OnnxPadded
            ? new(graph.NextId(), input, new((int)before[rows], (int)after[rows]))
            : throw node.Error($"it pads by [{string.Join(", ", pads)}]; rows and columns alike, once, and nothing else, are allowed.");
    }

    /// <summary>A convolution's padding, within the outer one of an operator before it.</summary>
    public static ConvolutionPadding OfConvolution(OnnxNode node, ConvolutionPadding? outer)
    {
        switch (node.Text("auto_pad", "NOTSET"))
        {
            case "NOTSET" or "":
                break;
            case "VALID":
                return outer ?? new(0, 0);
            case "SAME_UPPER" when outer is null:
                return ConvolutionPadding.Same;
            case var other:
                string place = outer is null ? "" : " after a padding";
                throw node.Error($"its auto_pad is '{other}'{place}; NOTSET, VALID and SAME_UPPER are allowed.");
        }

        long[] pads = node.Ints("pads") ?? [0, 0, 0, 0];
        return pads is [>= 0 and <= short.MaxValue and var top, var left, >= 0 and <= short.MaxValue and var bottom, var right]
            && top == left && bottom == right
            ? new((int)top + (outer?.Before ?? 0), (int)bottom + (outer?.After ?? 0))
            : throw node.Error($"its pads are [{string.Join(", ", pads)}]; rows and columns alike are allowed.");
    }
}

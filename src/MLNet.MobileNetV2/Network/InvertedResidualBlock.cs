namespace MLNet.MobileNetV2.Network;

/// <summary>
/// An inverted residual with linear bottleneck (arXiv 1801.04381, section 3.3), named as in torchvision: <c>features.1</c>. The expansion
/// is null where its factor is 1; the input is added to the output at stride 1 and equal channels.
/// </summary>
internal sealed record InvertedResidualBlock(
    string Name, ConvolutionLayer? Expansion, ConvolutionLayer Depthwise, ConvolutionLayer Projection, bool HasShortcut)
{
    /// <summary>The name of the sum of its input and its output.</summary>
    public string SumName => $"{Name}.add";

    /// <summary>Its convolutions in the order in which they run.</summary>
    public IEnumerable<ConvolutionLayer> Convolutions() => Expansion is null ? [Depthwise, Projection] : [Expansion, Depthwise, Projection];
}

/// <summary>Turns a stage table into blocks.</summary>
internal static class InvertedResidualBlocks
{
    // That of the stem.
    private const int FirstStride = 2;

    /// <summary>
    /// Every block of the table, first to last; the scale applies the width multiplier and the rounding. Once the map is as many times
    /// smaller than the image as the limit says, strides become 1, and the depthwise convolutions after each such one are dilated by it:
    /// its own still sees the map that it would have strided over (arXiv 1706.05587, section 3.1).
    /// </summary>
    public static IReadOnlyList<InvertedResidualBlock> Build(
        IReadOnlyList<InvertedResidualSetting> stages, int input, Func<int, int> scale, int strideLimit = int.MaxValue)
    {
        var blocks = new List<InvertedResidualBlock>();
        (int strides, int dilation) = (FirstStride, 1);
        foreach (InvertedResidualSetting stage in stages)
        {
            int output = scale(stage.Channels);
            for (int repeat = 0; repeat < stage.Repeats; repeat++)
            {
                int stride = repeat == 0 ? stage.Stride : 1;
                bool isDense = strides * stride > strideLimit;
                InvertedResidualBlock block = Build($"features.{blocks.Count + 1}", input, output, stage.ExpansionFactor, stride);
                blocks.Add(block with
                {
                    Depthwise = block.Depthwise with { Stride = isDense ? 1 : stride, Dilation = dilation },
                });
                (strides, dilation) = isDense ? (strides, dilation * stride) : (strides * stride, dilation);
                input = output;
            }
        }

        return blocks;
    }

    private static InvertedResidualBlock Build(string name, int input, int output, int expansionFactor, int stride)
    {
        int hidden = checked(input * expansionFactor);
        bool expands = expansionFactor != 1;
        string depthwiseName = expands ? $"{name}.conv.1.0" : $"{name}.conv.0.0";
        string projectionName = expands ? $"{name}.conv.2" : $"{name}.conv.1";
        return new(
            name,
            expands ? new($"{name}.conv.0.0", input, hidden, 1, 1, 1, Activation.ReLU6) : null,
            new(depthwiseName, hidden, hidden, 3, stride, hidden, Activation.ReLU6),
            new(projectionName, hidden, output, 1, 1, 1, Activation.None),
            HasShortcut: stride == 1 && input == output);
    }
}

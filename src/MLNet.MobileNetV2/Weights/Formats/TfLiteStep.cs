using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>One convolution that a TFLite graph must have next.</summary>
/// <param name="Layer">The layer of the network.</param>
/// <param name="StartsBlock">Whether a residual block begins here, whose input a shortcut may take.</param>
/// <param name="EndsWithShortcut">Whether an addition of the block's input follows.</param>
internal sealed record TfLiteStep(ConvolutionLayer Layer, bool StartsBlock, bool EndsWithShortcut)
{
    /// <summary>The convolutions of MobileNetV2 in order.</summary>
    public static IReadOnlyList<TfLiteStep> All { get; } = Build();

    /// <summary>Shape of the kernel in TFLite's order.</summary>
    public int[] KernelShape => Layer.IsDepthwise
        ? [1, Layer.KernelSize, Layer.KernelSize, Layer.OutputChannels]
        : [Layer.OutputChannels, Layer.KernelSize, Layer.KernelSize, Layer.InputChannels];

    private static List<TfLiteStep> Build()
    {
        var steps = new List<TfLiteStep> { new(MobileNetV2Architecture.Default.Stem, false, false) };
        foreach (InvertedResidualBlock block in MobileNetV2Architecture.Default.Blocks)
        {
            if (block.Expansion is not null)
            {
                steps.Add(new(block.Expansion, true, false));
            }

            steps.Add(new(block.Depthwise, block.Expansion is null, false));
            steps.Add(new(block.Projection, false, block.HasShortcut));
        }

        steps.Add(new(MobileNetV2Architecture.Default.LastConvolution, false, false));
        return steps;
    }
}

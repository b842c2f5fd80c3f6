namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Rows and columns of zeros around a convolution's input, the same along both sides: numbers, or TensorFlow's SAME.</summary>
internal readonly record struct ConvolutionPadding(int Before, int After, bool IsSame = false)
{
    /// <summary>TensorFlow's SAME: the padding follows from the input's side.</summary>
    public static ConvolutionPadding Same { get; } = new(0, 0, IsSame: true);

    public override string ToString() => IsSame ? "SAME" : $"{Before} before and {After} after";
}

/// <summary>Which paddings MobileNetV2's convolutions may have, and which flavor they imply.</summary>
internal static class StridePadding
{
    private static readonly ConvolutionPadding s_none = new(0, 0);
    private static readonly ConvolutionPadding s_after = new(0, 1);

    /// <summary>Whether a convolution of a map of this side keeps it, or halves it at stride 2.</summary>
    public static bool Fits(ConvolutionStep step, int side) => step.Padding.IsSame || (step.KernelShape[^1] == 1
        ? step.Padding == s_none
        : step.Padding == Symmetric(step) || (IsHalved(step, side) && step.Padding == s_after));

    /// <summary>The paddings that fit, for messages.</summary>
    public static string Needed(ConvolutionStep step, int side) =>
        step.KernelShape[^1] == 1 ? $"{s_none}" : $"{Symmetric(step)}, {(IsHalved(step, side) ? $"{s_after}, " : string.Empty)}or SAME";

    /// <summary>The flavor that a fitting convolution implies; null where both flavors pad like this.</summary>
    public static PaddingFlavor? Flavor(ConvolutionStep step, int side)
    {
        if (step.Stride == 1)
        {
            return null;
        }

        if (step.Padding != Symmetric(step))
        {
            return PaddingFlavor.TensorFlowSame;
        }

        // TensorFlow pads an odd side on both ends.
        return IsHalved(step, side) ? PaddingFlavor.PyTorchSymmetric : null;
    }

    private static ConvolutionPadding Symmetric(ConvolutionStep step) => new(step.Dilation, step.Dilation);

    private static bool IsHalved(ConvolutionStep step, int side) => step.Stride == 2 && side % 2 == 0;
}

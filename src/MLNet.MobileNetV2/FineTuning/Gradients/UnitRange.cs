namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Units of a network that follow each other: 0 is the stem, then come the blocks, and last the convolution after them.</summary>
/// <param name="First">The first unit.</param>
/// <param name="Last">The last unit, included.</param>
internal readonly record struct UnitRange(int First, int Last)
{
    /// <summary>Number of the units of a network.</summary>
    public static int UnitsOf(MobileNetV2Architecture architecture) => architecture.Blocks.Count + 2;
}

namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Rows and columns of zeros around a convolution's input, the same along both sides.</summary>
/// <param name="Before">Number before the first.</param>
/// <param name="After">Number after the last.</param>
/// <param name="IsSame">Whether the file says TensorFlow's SAME instead of numbers.</param>
internal readonly record struct ConvolutionPadding(int Before, int After, bool IsSame = false)
{
    /// <summary>What the input's side asks for, as TensorFlow reckons it.</summary>
    public static ConvolutionPadding Same { get; } = new(0, 0, IsSame: true);

    /// <summary>As in messages.</summary>
    public override string ToString() => IsSame ? "SAME" : $"{Before} before and {After} after";
}

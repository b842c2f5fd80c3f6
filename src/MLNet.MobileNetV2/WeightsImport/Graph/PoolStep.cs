namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Averages over the image.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="Input">The tensor that it takes.</param>
/// <param name="Output">The tensor that it gives.</param>
/// <param name="KernelSide">Side of the square over which it averages; null for the whole map.</param>
/// <param name="ResultCount">Number of values that it gives for one image; null where the file does not tell.</param>
internal sealed record PoolStep(string Place, int Input, int Output, int? KernelSide = null, int? ResultCount = null)
    : GraphStep(Place, [Input], Output);

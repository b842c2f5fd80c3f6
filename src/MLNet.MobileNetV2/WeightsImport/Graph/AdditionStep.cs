namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Adds two tensors.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="First">One of the tensors.</param>
/// <param name="Second">The other.</param>
/// <param name="Output">The tensor that it gives.</param>
internal sealed record AdditionStep(string Place, int First, int Second, int Output) : GraphStep(Place, [First, Second], Output);

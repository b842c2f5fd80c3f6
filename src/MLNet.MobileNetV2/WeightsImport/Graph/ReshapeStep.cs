namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Gives the same values in another shape.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="Input">The tensor that it takes.</param>
/// <param name="Output">The tensor that it gives.</param>
internal sealed record ReshapeStep(string Place, int Input, int Output) : GraphStep(Place, [Input], Output);

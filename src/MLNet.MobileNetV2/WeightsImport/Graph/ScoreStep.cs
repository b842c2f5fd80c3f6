namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Makes scores or a choice of a classifier's results: softmax, sigmoid or the largest value.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="Input">The tensor that it takes.</param>
/// <param name="Output">The tensor that it gives.</param>
internal sealed record ScoreStep(string Place, int Input, int Output) : GraphStep(Place, [Input], Output);

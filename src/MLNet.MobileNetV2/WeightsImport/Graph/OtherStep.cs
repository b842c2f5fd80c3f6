namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>An operator that MobileNetV2 does not have, or not so.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="Inputs">The tensors of values that it takes; constants are no part of them.</param>
/// <param name="Output">The tensor that it gives.</param>
/// <param name="Reason">Why it is none, in a sentence that follows the place; null where the operator itself is unknown.</param>
internal sealed record OtherStep(string Place, IReadOnlyList<int> Inputs, int Output, string? Reason = null) : GraphStep(Place, Inputs, Output);

namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>One operator of a file's graph, in the form that is recognised. Tensors are numbers.</summary>
/// <param name="Place">The operator in messages, for example <c>operator 3 (Conv2D)</c>.</param>
/// <param name="Inputs">The tensors of values that it takes; constants are no part of them.</param>
/// <param name="Output">The tensor that it gives.</param>
internal abstract record GraphStep(string Place, IReadOnlyList<int> Inputs, int Output);

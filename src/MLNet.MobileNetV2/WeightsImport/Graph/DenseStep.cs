namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>Multiplies features with a matrix and adds a bias.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="Input">The tensor that it takes.</param>
/// <param name="Output">The tensor that it gives.</param>
/// <param name="Origin">The multiplication's own output, which stays the same where the bias is a further operator.</param>
/// <param name="KernelShape">Classes, features.</param>
/// <param name="Weights">Reads the kernel, in that shape, and the bias.</param>
internal sealed record DenseStep(string Place, int Input, int Output, int Origin, IReadOnlyList<int> KernelShape, Func<LayerWeights> Weights)
    : GraphStep(Place, [Input], Output);

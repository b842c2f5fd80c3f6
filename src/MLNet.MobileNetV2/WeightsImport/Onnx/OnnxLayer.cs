using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A convolution's result, with the operations by channels that follow it so far.</summary>
internal sealed record OnnxLayer(
    ConvolutionStep Step, bool IsChannelsLast, OnnxConstant Kernel, OnnxConstant? Bias, OnnxChannelOperation? Last = null)
    : OnnxTensor(Step.Output, IsChannelsLast)
{
    // Batch norm, written out by its formula, is six operations.
    private const int MaxOperations = 12;

    /// <summary>The same with one more operation.</summary>
    /// <exception cref="WeightsFormatException">It comes after an activation or after too many others.</exception>
    public OnnxLayer Then(OnnxNode node, int output, OnnxChannelOperation operation)
    {
        if (Step.Limits != OutputLimits.None || operation.Number > MaxOperations)
        {
            throw node.Error($"it comes after an activation or {MaxOperations} such operations; MobileNetV2 has none there.");
        }

        OnnxConstant kernel = Kernel;
        OnnxConstant? bias = Bias;
        ConvolutionStep step = Step with { Output = output, Weights = () => OnnxLayerWeights.Read(kernel, bias, operation) };
        return this with { Step = step, Id = output, Last = operation };
    }

    public OnnxLayer Then(int output, OutputLimits limits) =>
        this with { Step = Step with { Output = output, Limits = Step.Limits.Then(limits) }, Id = output };
}

/// <summary>
/// An operation by channels that follows a convolution, with its constant; for batch norm scale, shift, mean, variance and the epsilon.
/// </summary>
internal sealed record OnnxChannelOperation(
    OnnxChannelOperationKind Kind, IReadOnlyList<OnnxConstant> Operands, OnnxChannelOperation? Before, float Epsilon = 0)
{
    /// <summary>Its number from 1 up.</summary>
    public int Number { get; } = (Before?.Number ?? 0) + 1;
}

/// <summary>The operations by channels that may follow a convolution.</summary>
internal enum OnnxChannelOperationKind
{
    Add,
    Subtract,
    Multiply,
    Divide,
    BatchNormalization,
}

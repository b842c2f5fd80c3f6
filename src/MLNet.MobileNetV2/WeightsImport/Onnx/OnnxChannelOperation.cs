namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>An operation with constants by channels that follows a convolution.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Operands">Its constant; for batch norm scale, shift, mean and variance.</param>
/// <param name="Before">The one before it; null for none.</param>
/// <param name="Epsilon">Batch norm's epsilon.</param>
internal sealed record OnnxChannelOperation(
    OnnxChannelOperationKind Kind, IReadOnlyList<OnnxConstant> Operands, OnnxChannelOperation? Before, float Epsilon = 0)
{
    /// <summary>Its number from 1 up.</summary>
    public int Number { get; } = (Before?.Number ?? 0) + 1;
}

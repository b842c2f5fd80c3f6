namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>The operations by channels that may follow a convolution.</summary>
internal enum OnnxChannelOperationKind
{
    Add,
    Subtract,
    Multiply,
    Divide,
    BatchNormalization,
}

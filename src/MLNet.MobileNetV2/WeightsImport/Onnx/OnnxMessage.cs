namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>The messages of an ONNX file that are parsed.</summary>
internal enum OnnxMessage
{
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Dimension,
    Entry,
    OperatorSet,
}

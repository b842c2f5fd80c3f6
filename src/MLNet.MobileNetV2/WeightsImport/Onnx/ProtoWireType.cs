namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>How protobuf writes a field's value.</summary>
internal enum ProtoWireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

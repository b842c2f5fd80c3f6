namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>How an ONNX file gives its constants. Those from <see cref="Doubles"/> on are cast to float32.</summary>
internal enum OnnxTestConstant
{
    Raw,
    Numbers,
    Nodes,
    NodesOfNumbers,
    Identities,
    Inputs,
    Doubles,
    DoubleNumbers,
    Halves,
    HalfNumbers,
    BrainFloats,
    Transposed,
}

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>What a name in an ONNX graph stands for: a constant, or a tensor that the image decides.</summary>
internal abstract record OnnxValue;

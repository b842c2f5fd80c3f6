namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A map of which each channel was averaged: as features, its values have one order in any shape.</summary>
/// <param name="Id">Its number.</param>
internal sealed record OnnxFeatures(int Id) : OnnxTensor(Id);

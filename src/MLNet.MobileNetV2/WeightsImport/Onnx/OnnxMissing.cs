namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>The further input of this library's graphs, added to the features, which is 0 where there is an image.</summary>
/// <param name="Id">Its number.</param>
internal sealed record OnnxMissing(int Id) : OnnxTensor(Id);

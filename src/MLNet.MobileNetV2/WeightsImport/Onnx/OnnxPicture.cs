namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>The image, normalised or not.</summary>
/// <param name="Id">Its number.</param>
/// <param name="IsChannelsLast">Whether its channels are its last dimension.</param>
/// <param name="Normalization">What was done to it.</param>
internal sealed record OnnxPicture(int Id, bool IsChannelsLast, OnnxNormalization Normalization) : OnnxTensor(Id, IsChannelsLast);

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A map of which the rows or the columns were averaged.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Map">The map.</param>
/// <param name="Axis">The axis that is left to average over.</param>
/// <param name="Rank">Number of dimensions.</param>
internal sealed record OnnxLines(int Id, OnnxTensor Map, int Axis, int Rank) : OnnxTensor(Id);

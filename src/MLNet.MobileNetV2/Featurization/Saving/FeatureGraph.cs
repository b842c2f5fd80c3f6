namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>The ONNX graph of a model's featurizer, and the column that it fills.</summary>
/// <param name="Bytes">The ONNX file.</param>
/// <param name="Prefix">What the names of its inputs and outputs begin with.</param>
/// <param name="Column">Name of the features column.</param>
/// <param name="LastStep">Position of the step that fills it.</param>
internal sealed record FeatureGraph(byte[] Bytes, string Prefix, string Column, int LastStep);

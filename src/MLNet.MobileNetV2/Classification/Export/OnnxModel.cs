namespace MLNet.MobileNetV2.Classification.Export;

/// <summary>A whole model as one graph, pixels to probabilities.</summary>
/// <param name="Bytes">The ONNX file.</param>
/// <param name="Labels">The names of the classes, in the order of the probabilities.</param>
/// <param name="Preprocessing">How images become its pixels; null where other steps prepare them.</param>
internal sealed record OnnxModel(byte[] Bytes, IReadOnlyList<string> Labels, ImagePreprocessing? Preprocessing);

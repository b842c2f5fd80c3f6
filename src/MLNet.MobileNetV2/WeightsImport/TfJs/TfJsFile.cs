namespace MLNet.MobileNetV2.WeightsImport.TfJs;

/// <summary>The content of a TF.js model.</summary>
/// <param name="Tensors">The float32 tensors by the names of the manifest, in TensorFlow's layouts.</param>
/// <param name="Sha256">The SHA-256 of <c>model.json</c> and the shards in the manifest's order, one after the other, in lower-case hex.</param>
/// <param name="Side">Side of the image that a layers model takes; null where it does not say.</param>
internal sealed record TfJsFile(IReadOnlyDictionary<string, WeightTensor> Tensors, string Sha256, int? Side);

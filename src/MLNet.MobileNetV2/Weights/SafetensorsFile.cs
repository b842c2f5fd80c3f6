namespace MLNet.MobileNetV2.Weights;

/// <summary>The content of a safetensors file.</summary>
/// <param name="Tensors">The tensors by name, as float32.</param>
/// <param name="Metadata">The text map <c>__metadata__</c>, empty where there is none.</param>
internal sealed record SafetensorsFile(
    IReadOnlyDictionary<string, WeightTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

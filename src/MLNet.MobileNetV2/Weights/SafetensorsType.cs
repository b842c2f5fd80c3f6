namespace MLNet.MobileNetV2.Weights;

/// <summary>The element types of safetensors that are read as float32; F32 and F16 are written.</summary>
internal enum SafetensorsType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>64-bit integers: PyTorch's counters beside batch norm, which are checked and passed over.</summary>
    I64,
}

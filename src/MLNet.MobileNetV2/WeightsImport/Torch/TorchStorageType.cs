namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>The element types of storages, by PyTorch's names.</summary>
internal enum TorchStorageType
{
    Float,
    Half,
    BFloat16,
    Double,
    Long,
    Int,
    Short,
    Char,
    Byte,
    Bool,
}

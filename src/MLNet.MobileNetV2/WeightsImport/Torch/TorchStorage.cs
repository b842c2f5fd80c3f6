namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>A pickle's description of one storage: a run of elements that tensors view.</summary>
internal sealed record TorchStorage(string Key, TorchStorageType Type, int Count)
{
    /// <summary>Whether its values are weights; counters and masks are integers.</summary>
    public bool IsFloatingPoint =>
        Type is TorchStorageType.Float or TorchStorageType.Half or TorchStorageType.BFloat16 or TorchStorageType.Double;

    /// <summary>The number of bytes that its elements take.</summary>
    public long Length => (long)Count * Type switch
    {
        TorchStorageType.Double or TorchStorageType.Long => 8,
        TorchStorageType.Float or TorchStorageType.Int => 4,
        TorchStorageType.Half or TorchStorageType.BFloat16 or TorchStorageType.Short => 2,
        _ => 1,
    };
}

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

/// <summary>A tensor as the pickle describes it, unchecked: <see cref="TensorView"/> checks it once its name is known.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, object?[] Sizes, object?[] Strides);

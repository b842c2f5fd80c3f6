namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>What a pickle says of one storage: a run of elements that tensors view.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">The number of its elements.</param>
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
/// <param name="Storage">The storage that it views.</param>
/// <param name="Offset">Its first element within the storage.</param>
/// <param name="Sizes">Its dimensions.</param>
/// <param name="Strides">Elements from one position to the next, for each dimension.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, object?[] Sizes, object?[] Strides);

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

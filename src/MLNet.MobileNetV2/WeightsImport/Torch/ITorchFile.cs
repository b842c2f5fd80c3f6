namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>A checkpoint in either of its two forms: the object that was saved, and the bytes of the storages that its tensors view.</summary>
internal interface ITorchFile
{
    /// <summary>What was given to <c>torch.save</c>.</summary>
    object? Root { get; }

    /// <summary>The number of bytes that the file holds for a storage.</summary>
    long LengthOf(TorchStorage storage);

    /// <summary>Copies the bytes of a storage, all of them.</summary>
    void Copy(TorchStorage storage, Span<byte> destination);
}

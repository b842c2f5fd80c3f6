namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>
/// Reads PyTorch checkpoints (<c>.pth</c>, <c>.pt</c>) of both forms as data, without running what a pickle may call:
/// floating-point tensors, as float32; everything else is skipped.
/// </summary>
/// <remarks>Memory stays within a small multiple of the file's length, or of what its compressed entries hold.</remarks>
internal static class TorchReader
{
    /// <summary>Whether a file begins as a checkpoint does: as a zip archive, or with PyTorch's magic number.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) => TorchArchive.Recognizes(file) || TorchLegacyFile.Recognizes(file);

    /// <summary>The tensors of the state dictionary by their names.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged, or holds code or no tensors.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Read(string source, ReadOnlyMemory<byte> file)
    {
        if (!TorchArchive.Recognizes(file.Span))
        {
            return ReadTensors(source, TorchLegacyFile.Read(source, file));
        }

        using var archive = new TorchArchive(source, file);
        return ReadTensors(source, archive);
    }

    private static Dictionary<string, WeightTensor> ReadTensors(string source, ITorchFile file)
    {
        var values = new StorageValues(source, file);
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, TorchTensor tensor) in StateDictionary.Find(source, file.Root))
        {
            TensorView view = TensorView.Of(source, name, tensor);
            values.Check(view);
            if (view.Storage.IsFloatingPoint)
            {
                tensors.Add(name, new(view.Shape, values.Of(view)));
            }
        }

        return tensors.Count > 0 ? tensors : throw new WeightsFormatException(source, "it holds no floating-point tensors.");
    }
}

/// <summary>A checkpoint in either of its two forms: the saved object, and the bytes of the storages that its tensors view.</summary>
internal interface ITorchFile
{
    /// <summary>What was given to <c>torch.save</c>.</summary>
    object? Root { get; }

    /// <summary>The number of bytes that the file holds for a storage.</summary>
    long LengthOf(TorchStorage storage);

    /// <summary>Copies the bytes of a storage, all of them.</summary>
    void Copy(TorchStorage storage, Span<byte> destination);
}

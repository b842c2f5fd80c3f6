using System.Numerics;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>
/// A checkpoint as PyTorch wrote it before 1.6: pickles of a magic number, a protocol version, the system, the object and its storages'
/// keys, then for each key the number of elements and the elements.
/// </summary>
internal sealed class TorchLegacyFile : ITorchFile
{
    private const long ProtocolVersion = 1001;

    private readonly string _source;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _data = new(StringComparer.Ordinal);

    private TorchLegacyFile(string source, object? root)
    {
        _source = source;
        Root = root;
    }

    public object? Root { get; }

    private static ReadOnlySpan<byte> Magic => [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Whether a file begins with the pickle of the magic number, behind the opcodes of any protocol.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file)
    {
        const int MaxOpcodes = 16;
        return !file.IsEmpty
            && file[0] == (byte)PickleOpcode.Proto
            && file[..Math.Min(file.Length, MaxOpcodes + Magic.Length)].IndexOf(Magic) >= 0;
    }

    /// <summary>Reads everything but the elements, which are looked up.</summary>
    public static TorchLegacyFile Read(string source, ReadOnlyMemory<byte> file)
    {
        var input = new PickleInput(source, file);
        var objects = new TorchObjects(source, isLegacy: true);
        CheckHeader(input, objects);
        var legacy = new TorchLegacyFile(source, Next(input, objects));
        if (Next(input, objects) is not List<object?> keys)
        {
            throw input.Error("the object is not followed by a list of its storages' keys.");
        }

        foreach (object? key in keys)
        {
            legacy.Add(input, objects, key as string ?? throw input.Error("the key of a storage is not text."));
        }

        return input.Remaining == 0 ? legacy : throw input.Error($"it has {input.Remaining:N0} bytes more than its storages.");
    }

    public long LengthOf(TorchStorage storage) => Data(storage).Length;

    public void Copy(TorchStorage storage, Span<byte> destination) => Data(storage).Span.CopyTo(destination);

    private static object? Next(PickleInput input, TorchObjects objects) => new PickleReader(input, objects).Read();

    private static void CheckHeader(PickleInput input, TorchObjects objects)
    {
        if (Next(input, objects) is not BigInteger magic || magic != new BigInteger(Magic))
        {
            throw input.Error("it does not begin with PyTorch's magic number.");
        }

        if (Next(input, objects) is not ProtocolVersion)
        {
            throw input.Error($"its protocol version is not {ProtocolVersion}.");
        }

        if (Next(input, objects) is not PickleDictionary system || system.Find("little_endian") is not true)
        {
            throw input.Error("it was not written in little-endian order, the only one that is supported.");
        }
    }

    private void Add(PickleInput input, TorchObjects objects, string key)
    {
        if (!objects.Storages.TryGetValue(key, out TorchStorage? storage))
        {
            throw input.Error($"it has elements for the storage '{key}', which its object does not name.");
        }

        long count = input.Int64();
        if (count != storage.Count)
        {
            throw input.Error($"it has {count} elements for the storage '{key}'; its object names {storage.Count}.");
        }

        if (!_data.TryAdd(key, input.Memory(storage.Length)))
        {
            throw input.Error($"the elements of the storage '{key}' appear twice.");
        }
    }

    private ReadOnlyMemory<byte> Data(TorchStorage storage) => _data.TryGetValue(storage.Key, out ReadOnlyMemory<byte> data)
        ? data
        : throw new WeightsFormatException(_source, $"the elements of its storage '{storage.Key}' are missing.");
}

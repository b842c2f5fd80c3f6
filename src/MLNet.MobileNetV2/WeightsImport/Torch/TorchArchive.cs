using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>A checkpoint as PyTorch writes it since 1.6: a zip with the object's pickle and an entry for each storage.</summary>
/// <remarks>Checksums are not compared: PyTorch has an option to omit them.</remarks>
internal sealed class TorchArchive : ITorchFile, IDisposable
{
    private const string Pickle = "data.pkl";
    private const string ByteOrder = "byteorder";

    private const int MaxPickleLength = 16 * 1024 * 1024;
    private const int MaxByteOrderLength = 16;
    private const int MaxEntries = 64 * 1024;
    private const long MaxInflatedLength = 256 * 1024 * 1024;

    // Deflate needs at least one bit for 129 bytes.
    private const int MaxDeflateRatio = 1032;

    private readonly string _source;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _folder;

    /// <summary>Opens an archive and reads its pickle.</summary>
    public TorchArchive(string source, ReadOnlyMemory<byte> file)
    {
        _source = source;

        // Every entry of the directory has this signature: they are counted before objects are made of them.
        if (file.Span.Count("PK\x1\x2"u8) > MaxEntries)
        {
            throw Error($"its zip archive has more than {MaxEntries:N0} entries.");
        }

        try
        {
            _zip = new ZipArchive(OpenStream(file), ZipArchiveMode.Read);
            AddEntries(_zip.Entries, file.Length);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Error($"its zip archive is damaged: {e.Message}", e);
        }

        string[] pickles = [.. _entries.Keys.Where(name => name == Pickle || name.EndsWith($"/{Pickle}", StringComparison.Ordinal))];
        _folder = pickles is [string only]
            ? only[..^Pickle.Length]
            : throw Error($"its zip archive has {pickles.Length} entries named {Pickle}; PyTorch writes one.");
        CheckByteOrder();
        Root = new PickleReader(new(source, Read(Pickle, MaxPickleLength)), new(source, isLegacy: false)).Read();
    }

    public object? Root { get; }

    public static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith("PK\x3\x4"u8);

    public long LengthOf(TorchStorage storage) => Entry($"data/{storage.Key}").Length;

    public void Copy(TorchStorage storage, Span<byte> destination) => Copy(Entry($"data/{storage.Key}"), destination);

    public void Dispose() => _zip.Dispose();

    private static MemoryStream OpenStream(ReadOnlyMemory<byte> file) => MemoryMarshal.TryGetArray(file, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(file.ToArray(), writable: false);

    private static bool IsDamage(Exception e) => e is InvalidDataException or IOException or NotSupportedException;

    // Overlapping entries, or extreme compression, would give far more data than the file has.
    private void AddEntries(IReadOnlyCollection<ZipArchiveEntry> entries, int fileLength)
    {
        (long storedLeft, long inflatedLeft) = (fileLength, MaxInflatedLength);
        foreach (ZipArchiveEntry entry in entries)
        {
            if (entry.CompressedLength < 0 || entry.CompressedLength > storedLeft)
            {
                throw Error($"the entries of its zip archive up to '{entry.FullName}' are longer than the file.");
            }

            if (entry.Length < 0 || entry.Length > inflatedLeft)
            {
                throw Error(
                    $"the entries of its zip archive up to '{entry.FullName}' hold more than {MaxInflatedLength:N0} bytes, "
                    + "which are allowed in all.");
            }

            if (!_entries.TryAdd(entry.FullName, entry))
            {
                throw Error($"its zip archive has the entry '{entry.FullName}' twice.");
            }

            storedLeft -= entry.CompressedLength;
            inflatedLeft -= entry.Length;
        }
    }

    private void CheckByteOrder()
    {
        if (_entries.ContainsKey(_folder + ByteOrder) && !Read(ByteOrder, MaxByteOrderLength).AsSpan().SequenceEqual("little"u8))
        {
            throw Error("its byte order is not 'little', the only one that is supported.");
        }
    }

    private byte[] Read(string name, int maxLength)
    {
        ZipArchiveEntry entry = Entry(name);
        if (entry.Length > maxLength)
        {
            throw Error($"its entry '{entry.FullName}' has {entry.Length:N0} bytes; up to {maxLength:N0} are allowed.");
        }

        byte[] data = new byte[entry.Length];
        Copy(entry, data);
        return data;
    }

    private ZipArchiveEntry Entry(string name)
    {
        if (!_entries.TryGetValue(_folder + name, out ZipArchiveEntry? entry))
        {
            throw Error($"its zip archive has no entry '{_folder}{name}'.");
        }

        if (entry.IsEncrypted)
        {
            throw Error($"its entry '{entry.FullName}' is encrypted.");
        }

        if (entry.Length / MaxDeflateRatio > entry.CompressedLength)
        {
            throw Error(
                $"its entry '{entry.FullName}' claims {entry.Length:N0} bytes, "
                + $"which cannot come from its {entry.CompressedLength:N0} compressed ones.");
        }

        return entry;
    }

    private void Copy(ZipArchiveEntry entry, Span<byte> destination)
    {
        try
        {
            using Stream stream = entry.Open();
            stream.ReadExactly(destination);
            if (stream.ReadByte() >= 0)
            {
                throw Error($"its entry '{entry.FullName}' has more than the {destination.Length:N0} bytes that the zip archive states.");
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Error($"its entry '{entry.FullName}' is damaged: {e.Message}", e);
        }
    }

    private WeightsFormatException Error(string reason, Exception? cause = null) => new(_source, reason, cause);
}

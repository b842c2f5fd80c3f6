using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>
/// One file of a cache, which is never changed: a header (magic, rows, features a row, the origin's hash, a checksum), the rows' keys, then
/// each row's features with a checksum. It may be deleted by another process at any time, or be torn by a crash of the system: then it gives nothing.
/// </summary>
internal sealed class CachePart
{
    /// <summary>Ending of the files' names.</summary>
    public const string Extension = ".features";

    private const int RowsOffset = 8;
    private const int FeatureCountOffset = 12;
    private const int OriginOffset = 16;
    private const int ChecksumOffset = OriginOffset + PictureKey.Length;
    private const int HeaderLength = ChecksumOffset + sizeof(uint);
    private const int MaxRows = 65_536;

    private readonly int _featureCount;

    private CachePart(string path, int rows, int featureCount)
    {
        Path = path;
        Rows = rows;
        _featureCount = featureCount;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Number of pictures.</summary>
    public int Rows { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long Length => LengthOf(Rows, _featureCount);

    private static ReadOnlySpan<byte> Magic => "MNV2CA01"u8;

    private int RowLength => RowLengthOf(_featureCount);

    /// <summary>Bytes that a picture takes in a file.</summary>
    public static int RowLengthOf(int featureCount) => checked((featureCount * sizeof(float)) + sizeof(uint));

    /// <summary>A name that no other file has.</summary>
    public static string NewName() => Guid.NewGuid().ToString("N") + Extension;

    /// <summary>Bytes of a file.</summary>
    public static long LengthOf(int rows, int featureCount) => HeaderLength + ((long)rows * (PictureKey.Length + RowLengthOf(featureCount)));

    /// <summary>Opens a file's index.</summary>
    /// <returns>The part and its keys, or null where the file is gone, damaged or of another origin.</returns>
    public static (CachePart Part, PictureKey[] Keys)? TryOpen(string path, ReadOnlySpan<byte> originHash, int featureCount)
    {
        try
        {
            using SafeFileHandle file = Open(path);
            Span<byte> header = stackalloc byte[HeaderLength];
            if (!TryReadExactly(file, header, 0) || !header.StartsWith(Magic) || !header[OriginOffset..ChecksumOffset].SequenceEqual(originHash))
            {
                return null;
            }

            int rows = BinaryPrimitives.ReadInt32LittleEndian(header[RowsOffset..]);
            if (rows is < 1 or > MaxRows
                || BinaryPrimitives.ReadInt32LittleEndian(header[FeatureCountOffset..]) != featureCount
                || RandomAccess.GetLength(file) != LengthOf(rows, featureCount))
            {
                return null;
            }

            var keys = new PictureKey[rows];
            Span<byte> bytes = MemoryMarshal.AsBytes(keys.AsSpan());
            return TryReadExactly(file, bytes, HeaderLength)
                && Checksum.Of(bytes, Checksum.Of(header[..ChecksumOffset])) == BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumOffset..])
                ? (new CachePart(path, rows, featureCount), keys)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a file whole under another name, then moves it.</summary>
    /// <param name="path">Where to; nothing is there.</param>
    /// <param name="originHash">The hash of the features' origin.</param>
    /// <param name="keys">The pictures' keys.</param>
    /// <param name="features">Their features, one after another.</param>
    public static CachePart Write(string path, ReadOnlySpan<byte> originHash, ReadOnlySpan<PictureKey> keys, ReadOnlySpan<float> features)
    {
        int featureCount = features.Length / keys.Length;
        int rowLength = RowLengthOf(featureCount);
        ReadOnlySpan<byte> keyBytes = MemoryMarshal.AsBytes(keys);
        byte[] file = new byte[HeaderLength + keyBytes.Length + (keys.Length * rowLength)];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(RowsOffset), keys.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(FeatureCountOffset), featureCount);
        originHash.CopyTo(file.AsSpan(OriginOffset));
        uint checksum = Checksum.Of(keyBytes, Checksum.Of(file.AsSpan(0, ChecksumOffset)));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(ChecksumOffset), checksum);
        keyBytes.CopyTo(file.AsSpan(HeaderLength));
        for (int row = 0; row < keys.Length; row++)
        {
            Span<byte> target = file.AsSpan(HeaderLength + keyBytes.Length + (row * rowLength), rowLength);
            MemoryMarshal.AsBytes(features.Slice(row * featureCount, featureCount)).CopyTo(target);
            BinaryPrimitives.WriteUInt32LittleEndian(target[^sizeof(uint)..], Checksum.Of(target[..^sizeof(uint)]));
        }

        string temporary = path + CacheFolder.TemporaryExtension;
        try
        {
            File.WriteAllBytes(temporary, file);
            File.Move(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return new CachePart(path, keys.Length, featureCount);
    }

    /// <summary>Reads a picture's features.</summary>
    /// <returns>False where the file is gone or the row damaged.</returns>
    public bool TryRead(int row, Span<float> features)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(RowLength);
        try
        {
            // Not kept open: there may be more files than a process may have open.
            using SafeFileHandle file = Open(Path);
            Span<byte> content = bytes.AsSpan(0, RowLength);
            if (!TryReadExactly(file, content, HeaderLength + ((long)Rows * PictureKey.Length) + ((long)row * RowLength))
                || Checksum.Of(content[..^sizeof(uint)]) != BinaryPrimitives.ReadUInt32LittleEndian(content[^sizeof(uint)..]))
            {
                return false;
            }

            content[..^sizeof(uint)].CopyTo(MemoryMarshal.AsBytes(features));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static bool TryReadExactly(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>
/// Zip archives laid out by hand from the format, as PyTorch does: data aligned by a padding field, lengths behind the data.
/// </summary>
internal static class ZipBytes
{
    private const ushort HasDescriptorAndUtf8 = 0x0808;
    private const ushort Encrypted = 1;
    private const ushort Deflate = 8;
    private const int Alignment = 64;

    private static readonly uint[] s_crcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    public static byte[] Of(params ZipTestEntry[] entries)
    {
        var file = new MemoryStream();
        var directory = new MemoryStream();
        var starts = new List<(uint Start, uint StoredLength)>();
        foreach (ZipTestEntry entry in entries)
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Name);
            byte[] stored = entry.IsDeflated ? Deflated(entry.Data) : entry.Data;
            uint length = entry.Length ?? (uint)entry.Data.Length;
            uint crc = Crc(entry.Data);
            var flags = (ushort)(HasDescriptorAndUtf8 | (entry.IsEncrypted ? Encrypted : 0));
            ushort method = entry.IsDeflated ? Deflate : (ushort)0;
            if (entry.SharesDataOf is int other)
            {
                starts.Add(starts[other]);
            }
            else
            {
                starts.Add(((uint)file.Position, (uint)stored.Length));
                int dataStart = (int)file.Position + 30 + name.Length + 4;
                byte[] padding = new byte[(Alignment - (dataStart % Alignment)) % Alignment];
                Write(file, "PK\x3\x4"u8, 0, flags, method, 0, 0, 0u, 0u, 0u, (ushort)name.Length, (ushort)(4 + padding.Length));
                file.Write(name);
                Write(file, "FB"u8, (ushort)padding.Length);
                file.Write(padding);
                file.Write(stored);
                Write(file, "PK\x7\x8"u8, crc, (uint)stored.Length, length);
            }

            (uint start, uint storedLength) = starts[^1];
            Write(
                directory, "PK\x1\x2"u8, 0, 0, flags, method, 0, 0, crc, storedLength, length, (ushort)name.Length, 0, 0, 0, 0, 0u, start);
            directory.Write(name);
        }

        var directoryStart = (uint)file.Position;
        file.Write(directory.ToArray());
        Write(file, "PK\x5\x6"u8, 0, 0, (ushort)entries.Length, (ushort)entries.Length, (uint)directory.Length, directoryStart, 0);
        return file.ToArray();
    }

    // Numbers are 16 bits wide unless they are given as uint.
    private static void Write(MemoryStream stream, ReadOnlySpan<byte> signature, params object[] numbers)
    {
        stream.Write(signature);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (object number in numbers)
        {
            if (number is uint wide)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, wide);
                stream.Write(bytes);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, number is ushort narrow ? narrow : checked((ushort)(int)number));
                stream.Write(bytes[..sizeof(ushort)]);
            }
        }
    }

    private static byte[] Deflated(byte[] data)
    {
        using var stored = new MemoryStream();
        using (var deflate = new DeflateStream(stored, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(data);
        }

        return stored.ToArray();
    }

    private static uint CrcOf(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        }

        return crc;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc = (crc >> 8) ^ s_crcTable[(byte)(crc ^ value)];
        }

        return ~crc;
    }
}

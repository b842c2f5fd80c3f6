using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Images;

/// <summary>CRC-32C, which tells a torn or damaged part of a file.</summary>
internal static class Checksum
{
    /// <summary>Continues a checksum over more bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = uint.MaxValue)
    {
        uint checksum = before;
        int words = bytes.Length & ~7;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes[..words]))
        {
            checksum = BitOperations.Crc32C(checksum, word);
        }

        foreach (byte last in bytes[words..])
        {
            checksum = BitOperations.Crc32C(checksum, last);
        }

        return checksum;
    }
}

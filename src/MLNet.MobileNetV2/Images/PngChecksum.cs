namespace MLNet.MobileNetV2.Images;

/// <summary>The checksum of a PNG file's chunks, over their type and data.</summary>
internal static class PngChecksum
{
    // Polynomial of the CRC-32 of PNG, zlib and Ethernet, low bit first.
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(value => OfByte((uint)value))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            checksum = s_table[(byte)(checksum ^ value)] ^ (checksum >> 8);
        }

        return ~checksum;
    }

    private static uint OfByte(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value >> 1) ^ ((value & 1) * Polynomial);
        }

        return value;
    }
}

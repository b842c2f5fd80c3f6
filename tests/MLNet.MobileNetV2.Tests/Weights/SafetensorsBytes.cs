using System.Buffers.Binary;
using System.Text;

namespace MLNet.MobileNetV2.Tests.Weights;

/// <summary>Safetensors files laid out by hand from the specification: header length (8 bytes), JSON header, data.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, params byte[] data) => OfLength(header, (ulong)Encoding.UTF8.GetByteCount(header), data);

    public static byte[] OfLength(string header, ulong length, params byte[] data)
    {
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        return [.. prefix, .. Encoding.UTF8.GetBytes(header), .. data];
    }
}

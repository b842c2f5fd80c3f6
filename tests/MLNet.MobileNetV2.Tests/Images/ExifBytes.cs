using System.Buffers.Binary;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Writes EXIF as it lies in every format: a TIFF header and its directories.</summary>
internal static class ExifBytes
{
    /// <summary>A first directory, and one of a thumbnail behind it.</summary>
    /// <param name="orientation">The image's orientation; null for a first directory that says nothing of it.</param>
    /// <param name="thumbnail">The thumbnail's orientation; null for no second directory.</param>
    /// <param name="bigEndian">The order of the bytes of a number.</param>
    public static byte[] Of(int? orientation, int? thumbnail = null, bool bigEndian = false)
    {
        const int Header = 8;
        const int Directory = 2 + (2 * 12) + 4;
        byte[] tiff = new byte[Header + (thumbnail is null ? 1 : 2) * Directory];
        (bigEndian ? "MM"u8 : "II"u8).CopyTo(tiff);
        Short(2, 42);
        Long(4, Header);
        Write(Header, orientation, next: thumbnail is null ? 0 : Header + Directory);
        if (thumbnail is not null)
        {
            Write(Header + Directory, thumbnail, next: 0);
        }

        return tiff;

        // Two entries each: the resolution's unit, and the orientation or, in its place, how the colours lie.
        void Write(int place, int? value, int next)
        {
            Short(place, 2);
            Entry(place + 2, value is null ? 0x011C : 0x0112, value ?? 1);
            Entry(place + 14, 0x0128, 2);
            Long(place + 26, next);
        }

        void Entry(int place, int tag, int value)
        {
            Short(place, tag);
            Short(place + 2, 3);
            Long(place + 4, 1);
            Short(place + 8, value);
        }

        void Short(int place, int value)
        {
            Span<byte> bytes = tiff.AsSpan(place);
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            }
        }

        void Long(int place, int value)
        {
            Short(place, bigEndian ? value >> 16 : value);
            Short(place + 2, bigEndian ? value : value >> 16);
        }
    }
}

using System.Text;

namespace MLNet.MobileNetV2.Images;

/// <summary>Tells image formats apart by their first bytes, so that no decoder but the five sees a file.</summary>
internal static class ImageSignature
{
    private const int ShownBytes = 12;

    /// <summary>The name of the format, or null for any other than the five.</summary>
    public static string? Format(ReadOnlySpan<byte> encoded)
    {
        if (encoded.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return "JPEG";
        }

        if (encoded.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return "PNG";
        }

        if (encoded.StartsWith("RIFF"u8) && Tag(encoded, 8).SequenceEqual("WEBP"u8))
        {
            return "WebP";
        }

        if (encoded.StartsWith("GIF87a"u8) || encoded.StartsWith("GIF89a"u8))
        {
            return "GIF";
        }

        return encoded.StartsWith("BM"u8) ? "BMP" : null;
    }

    /// <summary>What a file of another format looks like, for an error message.</summary>
    public static string Describe(ReadOnlySpan<byte> encoded)
    {
        if (encoded.StartsWith("II*\0"u8) || encoded.StartsWith("MM\0*"u8))
        {
            return "it looks like TIFF";
        }

        if (Tag(encoded, 4).SequenceEqual("ftyp"u8))
        {
            return Tag(encoded, 8).SequenceEqual("avif"u8) ? "it looks like AVIF" : "it looks like HEIC or a film";
        }

        ReadOnlySpan<byte> shown = encoded[..Math.Min(encoded.Length, ShownBytes)];
        return shown.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? $"it begins with the bytes {Convert.ToHexString(shown)}"
            : $"it begins with the text '{Encoding.ASCII.GetString(shown)}'";
    }

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> encoded, int offset) =>
        encoded.Length < offset + 4 ? [] : encoded.Slice(offset, 4);
}

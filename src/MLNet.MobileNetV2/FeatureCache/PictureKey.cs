using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>A picture's key: a SHA-256, for pictures may come from anywhere and must not be made to pass for others.</summary>
internal readonly record struct PictureKey(UInt128 First, UInt128 Second)
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The key of a picture's bytes.</summary>
    public static PictureKey OfContent(ReadOnlySpan<byte> encoded)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(encoded, hash);
        return MemoryMarshal.Read<PictureKey>(hash);
    }

    /// <summary>The key of a file's path, size and time; null where there is no such file.</summary>
    public static PictureKey? OfFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = new FileInfo(RealPath.Target(path));
            return target.Exists
                ? OfContent(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.FullName}\0{target.Length}\0{target.LastWriteTimeUtc.Ticks}")))
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            // Whoever reads the picture says what is wrong with it.
            return null;
        }
    }
}

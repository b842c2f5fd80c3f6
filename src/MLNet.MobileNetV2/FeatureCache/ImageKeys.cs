using System.Security;
using System.Security.Cryptography;
using System.Text;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>
/// The keys of images in a cache, each a SHA-256 over the image and the origin of its features: images may come from anywhere, and
/// must not be made to pass for others. Thread-safe.
/// </summary>
internal sealed class ImageKeys
{
    private readonly byte[] _origin;

    /// <param name="origin">What the features come from.</param>
    /// <param name="kind">By what images are known.</param>
    /// <param name="computation">How features are computed, where that is not exactly and on the CPU.</param>
    public ImageKeys(FeatureOrigin origin, FeatureCacheKey kind, string computation = "")
    {
        Kind = kind;

        // Weights are the same if their tensors are, under any name.
        using var hash = new ContentHash();
        hash.Append(FormattableString.Invariant($"{kind}, {origin.Padding}, {origin.Tap.Block}, {origin.Tap.IsPooled}"));
        Array.ForEach([computation, origin.LibraryVersion, origin.TensorsSha256], hash.Append);
        hash.Append(string.Join('\n', WeightsMetadata.Write(origin.Preprocessing)));
        _origin = Convert.FromHexString(hash.Finish());
    }

    /// <summary>By what images are known.</summary>
    public FeatureCacheKey Kind { get; }

    /// <summary>The key of an image's bytes.</summary>
    public byte[] OfContent(ReadOnlySpan<byte> encoded)
    {
        Span<byte> hashes = stackalloc byte[2 * SHA256.HashSizeInBytes];
        _origin.CopyTo(hashes);
        SHA256.HashData(encoded, hashes[SHA256.HashSizeInBytes..]);
        return SHA256.HashData(hashes);
    }

    /// <summary>The key of a file's path, size and time; null if there is no such file.</summary>
    public byte[]? OfFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = new FileInfo(RealPath.Target(path));
            return target.Exists
                ? OfContent(Encoding.UTF8.GetBytes(
                    FormattableString.Invariant($"{file.FullName}\0{target.Length}\0{target.LastWriteTimeUtc.Ticks}")))
                : null;
        }
        catch (Exception error) when (error
            is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            // Whoever reads the image says what is wrong with it.
            return null;
        }
    }
}

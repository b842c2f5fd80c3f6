using System.Security.Cryptography;

namespace MLNet.MobileNetV2.Machine;

/// <summary>SHA-256 of files, in lower-case hex.</summary>
internal static class FileHash
{
    public static string Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static bool AreEqual(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MobileNetV2.Weights;

/// <summary>SHA-256 of texts and values. Not thread-safe.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a text. A zero ends it, so that no two sequences of texts run together.</summary>
    public void Append(string text) => _hash.AppendData(Encoding.UTF8.GetBytes(text + '\0'));

    /// <summary>Adds values, bit for bit.</summary>
    public void Append(ReadOnlySpan<float> values) => _hash.AppendData(MemoryMarshal.AsBytes(values));

    /// <summary>The hash of what was added, in lower-case hex.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}

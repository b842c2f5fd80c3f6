using System.Security.Cryptography;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Assets;

/// <summary>Writes weights with their origin as a safetensors file, and prints its length and SHA-256.</summary>
internal static class WrittenWeights
{
    public static int Write(MobileNetV2Weights weights, string path, SafetensorsType type, Dictionary<string, string> origin)
    {
        foreach ((string key, string text) in WeightsMetadata.Write(weights))
        {
            origin.Add(key, text);
        }

        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, weights.Tensors, origin, type));
        Print(path);
        return 0;
    }

    /// <summary>Prints a file's length and SHA-256.</summary>
    public static void Print(string path)
    {
        byte[] written = File.ReadAllBytes(path);
        Console.WriteLine($"{path}: {written.Length:N0} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(written))}");
    }
}

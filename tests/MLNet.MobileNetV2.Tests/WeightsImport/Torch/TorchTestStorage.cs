namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>A storage of a checkpoint that a test writes.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Type">PyTorch's name of its element type.</param>
/// <param name="Data">The bytes of its elements.</param>
internal sealed record TorchTestStorage(string Key, string Type, byte[] Data)
{
    /// <summary>The number of elements that the pickle says.</summary>
    public long Count { get; init; } = Data.Length / SizeOf(Type);

    public static TorchTestStorage OfSingles(string key, params float[] values) =>
        new(key, "Float", [.. values.SelectMany(BitConverter.GetBytes)]);

    private static int SizeOf(string type) => type switch
    {
        "Double" or "Long" => 8,
        "Float" or "Int" => 4,
        "Half" or "BFloat16" or "Short" => 2,
        _ => 1,
    };
}

namespace MLNet.MobileNetV2.Weights;

/// <summary>Texts of a file's metadata, which may be of any length.</summary>
internal static class MetadataText
{
    // Seven rows of a stage table's largest numbers have less.
    private const int MaxLength = 400;

    /// <summary>The text of a key, empty where there is none.</summary>
    /// <exception cref="WeightsFormatException">It is too long to be taken apart.</exception>
    public static string Find(string source, IReadOnlyDictionary<string, string> metadata, string key)
    {
        string text = metadata.GetValueOrDefault(key, "");
        return text.Length <= MaxLength ? text : throw new WeightsFormatException(
            source, $"its metadata '{key}' has {text.Length:N0} characters; up to {MaxLength} are allowed.");
    }

    /// <summary>The error for a text that cannot be.</summary>
    public static WeightsFormatException Wrong(string source, string key, string text) =>
        new(source, $"its metadata '{key}' is '{text}', which is no possible value.");
}

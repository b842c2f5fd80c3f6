using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The class names of the ImageNet weights: one a line, line 0 is the background. Thread-safe.</summary>
internal static class ImageNetLabels
{
    /// <summary>Number of classes: the 1000 of ILSVRC 2012 and the background.</summary>
    public const int Count = 1001;

    private const int MaxFileLength = 1024 * 1024;

    private static readonly Lazy<IReadOnlyList<string>> s_published =
        new(() => Parse(EmbeddedFile.Labels, EmbeddedFile.Read(EmbeddedFile.Labels)));

    /// <summary>The names that ImageNet's weights were published with, by the index of the class.</summary>
    public static IReadOnlyList<string> Published => s_published.Value;

    /// <summary>Reads a file of other names.</summary>
    /// <returns>The name of each class by its index.</returns>
    /// <exception cref="WeightsFormatException">The file does not have exactly <see cref="Count"/> lines.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyList<string> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(path, BoundedFile.Read(path, MaxFileLength));
    }

    private static List<string> Parse(string source, byte[] file)
    {
        using var reader = new StreamReader(new MemoryStream(file));
        var lines = new List<string>(Count);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines.Count == Count
            ? lines
            : throw new WeightsFormatException(source, $"it has {lines.Count} lines; the ImageNet class names are {Count} lines.");
    }
}

using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The class names of the ImageNet weights: one a line, line 0 is the background. Thread-safe.</summary>
internal static class ImageNetLabels
{
    /// <summary>Number of classes: the 1000 of ILSVRC 2012 and the background.</summary>
    public const int Count = 1001;

    private const int MaxFileLength = 1024 * 1024;

    /// <summary>Reads the file of <see cref="PretrainedModel.LabelsFile"/>.</summary>
    /// <returns>The name of each class by its index.</returns>
    /// <exception cref="WeightsFormatException">The file does not have exactly <see cref="Count"/> lines.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyList<string> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var reader = new StreamReader(new MemoryStream(BoundedFile.Read(path, MaxFileLength)));
        var lines = new List<string>(Count);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines.Count == Count
            ? lines
            : throw new WeightsFormatException(path, $"it has {lines.Count} lines; the ImageNet class names are {Count} lines.");
    }
}

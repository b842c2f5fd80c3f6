using System.Globalization;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Collects the images and boxes of a data set, within limits. Not thread-safe.</summary>
internal sealed class DatasetBuilder(string path)
{
    /// <summary>Most boxes of a data set: the largest public one has 16 million.</summary>
    public const int MostBoxes = 50_000_000;

    private readonly List<Entry> _images = [];
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private int _boxes;

    /// <summary>The classes in order; null for those of the boxes in ordinal order.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The label of a class number that has no name; no class is called so.</summary>
    public static string Unknown(long number) => string.Create(CultureInfo.InvariantCulture, $"#{number}");

    /// <summary>Adds an image and returns its number; one that is there already keeps its number.</summary>
    public int AddImage(string imagePath, int? width = null, int? height = null)
    {
        if (!_byPath.TryGetValue(imagePath, out int number))
        {
            number = _images.Count;
            _byPath.Add(imagePath, number);
            _images.Add(new(imagePath, width, height, []));
        }

        return number;
    }

    public void AddBox(int image, LabelledBox box)
    {
        if (++_boxes > MostBoxes)
        {
            throw new DetectionDatasetException(path, $"it has more than {MostBoxes} boxes, which is the most that is allowed.");
        }

        // One string for all boxes of a class.
        string label = _labels.TryGetValue(box.Label, out string? known) ? known : _labels[box.Label] = box.Label;
        _images[image].Boxes.Add(ReferenceEquals(label, box.Label) ? box : box with { Label = label });
    }

    public DetectionDataset Build(string given, DetectionDatasetFormat format)
    {
        if (_images.Count == 0)
        {
            throw new DetectionDatasetException(path, "it names no image.");
        }

        string[] classes = [.. Classes?.Distinct() ?? _labels.Keys.Order(StringComparer.Ordinal)];
        if (Array.Find(classes, name => name.AsSpan().ContainsAny('\r', '\n')) is { } broken)
        {
            throw new DetectionDatasetException(
                path, $"the class '{broken.ReplaceLineEndings("\\n")}' has a line break in its name; a name is one line.");
        }

        return new(
            given,
            format,
            Array.AsReadOnly(classes),
            Array.AsReadOnly<DetectionImage>(
                [.. _images.Select(image => new DetectionImage(image.Path, image.Width, image.Height, image.Boxes.AsReadOnly()))]));
    }

    private sealed record Entry(string Path, int? Width, int? Height, List<LabelledBox> Boxes);
}

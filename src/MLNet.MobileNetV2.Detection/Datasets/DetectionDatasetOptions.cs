namespace MLNet.MobileNetV2;

/// <summary>A format of data sets with boxes.</summary>
public enum DetectionDatasetFormat
{
    /// <summary>One JSON file with images, annotations and categories, as of the COCO challenge.</summary>
    Coco,

    /// <summary>A folder with one XML file for each picture, beside it or apart, as of the Pascal VOC challenge.</summary>
    PascalVoc,

    /// <summary>One text file for each picture, with a line a box in fractions of the picture's sides; names in another file.</summary>
    Yolo,

    /// <summary>One CSV file with a line a box, as the Visual Object Tagging Tool exports it.</summary>
    Vott,
}

/// <summary>How a data set is read. Immutable.</summary>
public sealed record DetectionDatasetOptions
{
    /// <summary>The format.</summary>
    /// <value>The default is null: it is told by the path and what lies there.</value>
    public DetectionDatasetFormat? Format { get; init; }

    /// <summary>The folder that the names of pictures begin in.</summary>
    /// <value>The default is null: the place that the format has for them.</value>
    public string? ImageFolder { get; init; }

    /// <summary>
    /// Which list of pictures of a <c>data.yaml</c> is read: <c>train</c>, <c>val</c> or <c>test</c>. Other formats have no such lists.
    /// </summary>
    /// <value>The default is <c>train</c>.</value>
    public string Split { get; init; } = "train";
}

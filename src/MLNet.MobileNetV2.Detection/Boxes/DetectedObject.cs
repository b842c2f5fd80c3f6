namespace MLNet.MobileNetV2;

/// <summary>An object that a detector found in a photo. Immutable and thread-safe.</summary>
/// <param name="Label">The class.</param>
/// <param name="Score">How sure the detector is: 0 to 1.</param>
/// <param name="Box">Where it is.</param>
public sealed record DetectedObject(string Label, float Score, BoundingBox Box);

/// <summary>An object that a data set says is in a photo. Immutable and thread-safe.</summary>
/// <param name="Label">The class.</param>
/// <param name="Box">Where it is.</param>
public sealed record LabelledBox(string Label, BoundingBox Box)
{
    /// <summary>
    /// Whether the box is a region with several objects of the class that nobody has told apart (COCO's <c>iscrowd</c>): nothing is learned
    /// from it, and any number of objects may be found in it without fault.
    /// </summary>
    /// <value>The default is false.</value>
    public bool IsCrowd { get; init; }

    /// <summary>
    /// Whether the object is hard to make out (Pascal VOC's <c>difficult</c>): it is learned as any other, and whether it is found does not
    /// count.
    /// </summary>
    /// <value>The default is false.</value>
    public bool IsDifficult { get; init; }
}

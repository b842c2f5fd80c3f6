namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The class names of Pascal VOC. Thread-safe.</summary>
internal static class VocLabels
{
    /// <summary>The names by the number of the class, the background first.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];
}

using MLNet.MobileNetV2.Detection.Boxes;

namespace MLNet.MobileNetV2.Detection.Inference;

/// <summary>A row of a graph's detections.</summary>
internal readonly record struct DetectionRow(int Image, RelativeBox Box, float Score, int Class)
{
    /// <summary>Values of a row.</summary>
    public const int Length = 7;

    /// <summary>Reads a row.</summary>
    public static DetectionRow Read(ReadOnlySpan<float> values) =>
        new((int)values[0], new(values[1], values[2], values[3], values[4]), values[5], (int)values[6]);
}

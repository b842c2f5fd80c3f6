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

    /// <summary>The objects of an image's rows, in the pixels of the image and within it.</summary>
    /// <exception cref="InvalidDataException">A class has no name.</exception>
    public static List<DetectedObject> Objects(ReadOnlySpan<float> rows, IReadOnlyList<string> labels, int width, int height)
    {
        var objects = new List<DetectedObject>(rows.Length / Length);
        for (; !rows.IsEmpty; rows = rows[Length..])
        {
            DetectionRow row = Read(rows);
            BoundingBox box = row.Box.ToPixels(width, height).Clip(width, height);

            // What is found beyond an edge of the photo has no part in it; a row that a graph filled up with has no score.
            if (row.Score > 0 && box.Area > 0)
            {
                string label = row.Class >= 0 && row.Class < labels.Count ? labels[row.Class] : throw new InvalidDataException(
                    $"The network found class {row.Class}; {labels.Count} have a name, from 0.");
                objects.Add(new(label, row.Score, box));
            }
        }

        return objects;
    }
}

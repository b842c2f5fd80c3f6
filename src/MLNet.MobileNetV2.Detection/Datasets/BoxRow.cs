namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>A photo with its boxes, as ML.NET has them.</summary>
internal sealed class BoxRow
{
    public required string ImagePath { get; init; }

    public required string[] Label { get; init; }

    public required float[] BoundingBoxes { get; init; }

    public static BoxRow Of(DetectionImage image)
    {
        LabelledBox[] boxes = [.. image.Boxes.Where(box => !box.IsCrowd)];
        return new()
        {
            ImagePath = image.ImagePath,
            Label = [.. boxes.Select(box => box.Label)],
            BoundingBoxes = [.. boxes.SelectMany(box => box.Box.Edges)],
        };
    }
}

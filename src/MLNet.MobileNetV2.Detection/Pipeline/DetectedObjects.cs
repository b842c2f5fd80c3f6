using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Detection.Pipeline;

/// <summary>What the graph chose of a photo, the photo's height and width, and what the classes are.</summary>
internal sealed class DetectionsRow
{
    [ColumnName(DetectionColumns.Detections)]
    public VBuffer<float> Detections { get; set; }

    [ColumnName(SavedColumns.PhotoSize)]
    public VBuffer<int> PhotoSize { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }
}

/// <summary>Objects as ML.NET has them: labels, left, top, right and bottom of each box, and scores.</summary>
internal sealed class ObjectsRow
{
    [ColumnName(DetectionColumns.Labels)]
    public VBuffer<ReadOnlyMemory<char>> Labels { get; set; }

    [ColumnName(DetectionColumns.Boxes)]
    public VBuffer<float> Boxes { get; set; }

    [ColumnName(DetectionColumns.Scores)]
    public VBuffer<float> Scores { get; set; }
}

/// <summary>Makes objects of what the graph chose. Thread-safe.</summary>
[CustomMappingFactoryAttribute(DetectionContracts.Objects)]
internal sealed class DetectedObjectsMapping : CustomMappingFactory<DetectionsRow, ObjectsRow>
{
    private readonly LastSpec<ReadOnlyMemory<char>[]> _labels =
        new(json => [.. DetectionSpec.Parse(json).Labels.Select(label => label.AsMemory())]);

    public override Action<DetectionsRow, ObjectsRow> GetMapping() => Map;

    private void Map(DetectionsRow source, ObjectsRow target)
    {
        ReadOnlyMemory<char>[] names = _labels.Of(source.Spec);
        int[] photo = [.. source.PhotoSize.DenseValues()];
        List<ReadOnlyMemory<char>> labels = [];
        List<float> boxes = [];
        List<float> scores = [];
        foreach (float[] values in source.Detections.DenseValues().Chunk(DetectionRow.Length))
        {
            if (values.Length < DetectionRow.Length || photo is not [var height, var width])
            {
                throw new InvalidDataException("The model's network gives no detections, or its photos have no size.");
            }

            // A row that the graph filled up with has no score; a bad photo has no area.
            DetectionRow row = DetectionRow.Read(values);
            BoundingBox box = row.Box.ToPixels(width, height).Clip(width, height);
            if (row.Score > 0 && box.Area > 0)
            {
                labels.Add(row.Class >= 0 && row.Class < names.Length ? names[row.Class] : throw new InvalidDataException(
                    $"The model's network found class {row.Class}; its specification names {names.Length}, from 0."));
                boxes.AddRange([box.X, box.Y, box.Right, box.Bottom]);
                scores.Add(row.Score);
            }
        }

        target.Labels = new(labels.Count, [.. labels]);
        target.Boxes = new(boxes.Count, [.. boxes]);
        target.Scores = new(scores.Count, [.. scores]);
    }
}

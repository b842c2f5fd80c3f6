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

    public void Set(IReadOnlyList<DetectedObject> objects)
    {
        Labels = new(objects.Count, [.. objects.Select(one => one.Label.AsMemory())]);
        Boxes = new(4 * objects.Count, [.. objects.SelectMany(one => one.Box.Edges)]);
        Scores = new(objects.Count, [.. objects.Select(one => one.Score)]);
    }
}

/// <summary>Makes objects of what the graph chose. Thread-safe.</summary>
[CustomMappingFactoryAttribute(DetectionContracts.Objects)]
internal sealed class DetectedObjectsMapping : CustomMappingFactory<DetectionsRow, ObjectsRow>
{
    private readonly LastSpec<DetectionSpec> _spec = new(DetectionSpec.Parse);

    public override Action<DetectionsRow, ObjectsRow> GetMapping() => Map;

    private void Map(DetectionsRow source, ObjectsRow target)
    {
        DetectionSpec spec = _spec.Of(source.Spec);
        float[] detections = [.. source.Detections.DenseValues()];
        if (detections.Length % DetectionRow.Length != 0 || source.PhotoSize.Length != 2)
        {
            throw new InvalidDataException("The model's network gives no detections, or its photos have no size.");
        }

        int[] photo = [.. source.PhotoSize.DenseValues()];
        target.Set(DetectionRow.Objects(detections, spec.Labels, width: photo[1], height: photo[0]));
    }
}

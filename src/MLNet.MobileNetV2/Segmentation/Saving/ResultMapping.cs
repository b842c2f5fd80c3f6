using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Segmentation.Maps;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>The logits of a photo, its height and width, and what they mean.</summary>
internal sealed class LogitsRow
{
    [ColumnName(SegmentationColumns.Logits)]
    public VBuffer<float> Logits { get; set; }

    [ColumnName(SavedColumns.PhotoSize)]
    public VBuffer<int> PhotoSize { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }
}

/// <summary>The class of each pixel, row after row; height and width; the names and the shares of all classes.</summary>
internal sealed class ResultRow
{
    [ColumnName(SegmentationColumns.Map)]
    public VBuffer<byte> Map { get; set; }

    [ColumnName(SegmentationColumns.MapSize)]
    [VectorType(2)]
    public int[] MapSize { get; set; } = [0, 0];

    [ColumnName(SegmentationColumns.Labels)]
    public VBuffer<ReadOnlyMemory<char>> Labels { get; set; }

    [ColumnName(SegmentationColumns.Shares)]
    public VBuffer<float> Shares { get; set; }

    [ColumnName(SegmentationColumns.Probabilities)]
    public VBuffer<float> Probabilities { get; set; }
}

/// <summary>Makes maps of logits. Thread-safe.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Result)]
internal sealed class ResultMapping : CustomMappingFactory<LogitsRow, ResultRow>
{
    private readonly LastSpec<SegmentationSpec> _spec = new(SegmentationSpec.Parse);

    public override Action<LogitsRow, ResultRow> GetMapping() => Map;

    private void Map(LogitsRow source, ResultRow target)
    {
        SegmentationSpec spec = _spec.Of(source.Spec);
        int classes = spec.Labels.Count;
        long needed = (long)classes * spec.MapSide * spec.MapSide;
        float[] logits = [.. source.Logits.DenseValues()];
        int[] photo = [.. source.PhotoSize.DenseValues()];
        if (photo is [0, 0] && spec.OnBadImage == BadImageHandling.MissingFeatures)
        {
            SetMissing(target, spec);
            return;
        }

        if (logits.Length != needed || photo is not [> 0 and var height, > 0 and var width])
        {
            throw new InvalidDataException(
                $"The model's network gives {logits.Length} values for a photo; its specification needs {needed}, and the photo's size.");
        }

        (int Width, int Height) map = spec.MapSize == SegmentationMapSize.Photo
            ? (width, height)
            : (spec.Preprocessing.Size, spec.Preprocessing.Size);
        var resized = new LogitMap(logits, spec.MapSide, classes, spec.Preprocessing.Size);
        var segmented = new SegmentedImage(resized, spec.Labels, (width, height), map, CancellationToken.None);
        target.Map = new(segmented.ClassMap.Length, segmented.ClassMap.ToArray());
        target.MapSize = [map.Height, map.Width];
        target.Labels = Labels(spec);
        float[] shares = new float[classes];
        foreach (SegmentedClass one in segmented.Classes)
        {
            shares[one.Index] = (float)one.Share;
        }

        target.Shares = new(classes, shares);
        target.Probabilities = spec.IncludeProbabilities ? Probabilities(resized, classes, map) : default;
    }

    private static void SetMissing(ResultRow target, SegmentationSpec spec)
    {
        (target.Map, target.MapSize, target.Labels, target.Probabilities) = (default, [0, 0], Labels(spec), default);
        float[] shares = new float[spec.Labels.Count];
        shares.AsSpan().Fill(float.NaN);
        target.Shares = new(shares.Length, shares);
    }

    private static VBuffer<ReadOnlyMemory<char>> Labels(SegmentationSpec spec) =>
        new(spec.Labels.Count, [.. spec.Labels.Select(label => label.AsMemory())]);

    private static VBuffer<float> Probabilities(LogitMap logits, int classes, (int Width, int Height) map)
    {
        if ((long)classes * map.Width * map.Height > Array.MaxLength)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The probabilities of {classes} classes at {map.Width} x {map.Height} pixels are more than a column takes; ")
                + $"{nameof(MobileNetV2SegmentationOptions.MapSize)} {nameof(SegmentationMapSize.Network)} has fewer.");
        }

        float[] all = logits.Probabilities(map.Width, map.Height);
        return new(all.Length, all);
    }
}

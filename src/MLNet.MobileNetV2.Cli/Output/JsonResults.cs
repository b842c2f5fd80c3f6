using System.Text.Json.Serialization;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>train --json</c> prints.</summary>
internal sealed record TrainResult(
    IReadOnlyList<string> Classes,
    long TrainImages,
    int ValidationImages,
    double? ValidationAccuracy,
    Measures? Validation,
    string Weights,
    int FineTunedBlocks,
    bool FineTunedAll,
    double? TrialHeadAccuracy,
    double? TrialFineTunedAccuracy,
    string? UntriedReason,
    bool FlipsLeftOut,
    double Seconds,
    IReadOnlyList<BadImage> Skipped)
{
    public static TrainResult Of(ImageFolderTrainingResult result, string weights, TimeSpan elapsed) => new(
        result.Classes,
        result.TrainingImages,
        result.Validation?.Images ?? 0,
        result.Validation?.Accuracy,
        result.Validation is { } report ? Measures.Of(report) : null,
        weights,
        result.FineTunedBlocks.Count ?? result.Weights.Weights.Architecture.Blocks.Count,
        result.FineTunedBlocks.IsAll,
        result.Trial?.Head?.Accuracy,
        result.Trial?.FineTuned?.Accuracy,
        result.Trial?.UntriedReason,
        result.MirrorTrial is { ChangesClasses: true },
        Math.Round(elapsed.TotalSeconds, 3),
        result.SkippedImages);
}

/// <summary>What <c>train --add --json</c> prints.</summary>
internal sealed record GrowResult(
    IReadOnlyList<string> Classes,
    IReadOnlyList<string> NewClasses,
    int AddedImages,
    long KnownImages,
    Measures? Validation,
    double Seconds,
    IReadOnlyList<BadImage> Skipped)
{
    public static GrowResult Of(ImageFolderGrowthResult result, TimeSpan elapsed) => new(
        result.Classes,
        result.NewClasses,
        result.AddedImages,
        result.KnownImages,
        result.Validation is { } report ? Measures.Of(report) : null,
        Math.Round(elapsed.TotalSeconds, 3),
        result.SkippedImages);
}

/// <summary>What <c>featurize --json</c> prints.</summary>
internal sealed record FeaturizeResult(
    string Output,
    long Images,
    int Features,
    string Weights,
    string? Shard,
    bool WasThere,
    long FromCache,
    double Seconds,
    IReadOnlyList<BadImage> Skipped);

/// <summary>
/// A line of <c>predict --json</c> or <c>classify --json</c>: the best class, also where the photo is unknown, and where it was put. What
/// does not apply is left out.
/// </summary>
internal sealed record PredictionResult<TScore>(
    string Path,
    string Label,
    float Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Unknown,
    IReadOnlyList<TScore> Top,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SortedTo,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<NearestImage>? Nearest);

/// <summary>
/// A line of <c>explain --json</c>: the class that was explained, its probability, the picture that shows where, and the training photos
/// that are most like it, if they were asked for.
/// </summary>
internal sealed record ExplainResult(
    string Path,
    string Label,
    float Score,
    string Overlay,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<NearestImage>? Nearest);

/// <summary>One class and its probability.</summary>
internal sealed record LabelScore(string Label, float Score);

/// <summary>One class of a pretrained network, its index among them without the background, and its probability.</summary>
internal sealed record IndexedLabelScore(int Index, string Label, float Score);

/// <summary>A line of <c>detect --json</c>: the size of the upright image, and its objects, best first.</summary>
internal sealed record DetectResult(string Path, int Width, int Height, IReadOnlyList<FoundObject> Detections);

/// <summary>One object: its box has left, top, width and height in pixels of the upright image.</summary>
internal sealed record FoundObject(string Label, float Score, IReadOnlyList<float> Box)
{
    public static FoundObject Of(DetectedObject found) =>
        new(found.Label, found.Score, [found.Box.X, found.Box.Y, found.Box.Width, found.Box.Height]);
}

/// <summary>
/// What <c>detect evaluate --json</c> prints: mean average precision over the overlaps 0.5 to 0.95, and at 0.5 and 0.75; null where there
/// are no boxes.
/// </summary>
internal sealed record DetectionMeasures(
    int Images,
    int Boxes,
    double? MeanAveragePrecision,
    double? MeanAveragePrecision50,
    double? MeanAveragePrecision75,
    IReadOnlyList<DetectedClassMeasures> Classes)
{
    public static DetectionMeasures Of(DetectionReport report) => new(
        report.Images,
        report.Boxes,
        Finite(report.MeanAveragePrecision),
        Finite(report.MeanAveragePrecision50),
        Finite(report.MeanAveragePrecision75),
        [
            .. report.Classes.Select(item => new DetectedClassMeasures(
                item.Label, item.Boxes, Finite(item.AveragePrecision), Finite(item.AveragePrecision50))),
        ]);

    // JSON has no NaN.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>How well the objects of one class were found.</summary>
internal sealed record DetectedClassMeasures(string Label, int Boxes, double? AveragePrecision, double? AveragePrecision50);

/// <summary>What <c>detect train --json</c> prints.</summary>
internal sealed record DetectTrainResult(
    IReadOnlyList<string> Classes, int TrainImages, int TrainBoxes, string FineTuned, double Seconds, DetectionMeasures? Validation);

/// <summary>A line of <c>segment --json</c>: the size of the upright image, the path of its mask, and the share of each class.</summary>
internal sealed record SegmentResult(string Path, int Width, int Height, string Mask, IReadOnlyList<ClassShare> Classes);

/// <summary>One class of a segmented image: the value of its pixels in the mask, and their share.</summary>
internal sealed record ClassShare(int Index, string Label, double Share);

/// <summary>A line of <c>--json</c> for an image that cannot be used.</summary>
internal sealed record PredictionError(string Path, string Error);

/// <summary>What <c>summary --json</c> prints; sizes are in MB of 2^20 bytes.</summary>
internal sealed record SummaryResult(
    string? Head,
    double WidthMultiplier,
    int Resolution,
    int OutputStride,
    int Classes,
    IReadOnlyList<SummaryPart> Parts,
    IReadOnlyList<NetworkLayer> Layers,
    long TotalParams,
    long TrainableParams,
    long NonTrainableParams,
    long MultiplyAdds,
    long PeakActivationBytes,
    double InputSize,
    double ForwardBackwardPassSize,
    double ParamsSize,
    double EstimatedTotalSize)
{
    public static SummaryResult Of(NetworkSummary summary) => new(
        summary.Head switch
        {
            SsdLiteHead => "ssdlite",
            DeepLabV3Head => "deeplabv3",
            _ => null,
        },
        summary.Architecture.WidthMultiplier,
        summary.Resolution,
        summary.Architecture.OutputStride,
        summary.Head?.Classes ?? summary.Architecture.NumClasses,
        [.. summary.Parts.Select(part => new SummaryPart(part.Name, part.Layers.Count, part.Parameters, part.MultiplyAdds))],
        summary.Layers,
        summary.Parameters,
        summary.Parameters,
        0,
        summary.MultiplyAdds,
        summary.PeakActivationBytes,
        summary.InputMegabytes,
        summary.ForwardBackwardMegabytes,
        summary.ParameterMegabytes,
        summary.TotalMegabytes);
}

/// <summary>The sums of consecutive layers: backbone, classifier, or a part of a head.</summary>
internal sealed record SummaryPart(string Name, int Layers, long Params, long MultiplyAdds);

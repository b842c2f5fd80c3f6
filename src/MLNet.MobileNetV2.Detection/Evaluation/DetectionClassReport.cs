namespace MLNet.MobileNetV2;

/// <summary>How well the objects of one class were found. Immutable and thread-safe.</summary>
/// <param name="Label">The class.</param>
/// <param name="Boxes">Number of its true boxes, without crowds and difficult ones.</param>
/// <param name="AveragePrecision">Average precision over the overlaps 0.50, 0.55, … 0.95; NaN for a class without boxes.</param>
/// <param name="AveragePrecision50">Average precision at an overlap of at least 0.5.</param>
/// <param name="AveragePrecision75">Average precision at an overlap of at least 0.75.</param>
/// <param name="Curve">
/// Precision at the recalls 0, 0.01, … 1, with an overlap of at least 0.5; empty for a class without boxes.
/// </param>
public sealed record DetectionClassReport(
    string Label,
    int Boxes,
    double AveragePrecision,
    double AveragePrecision50,
    double AveragePrecision75,
    IReadOnlyList<PrecisionRecallPoint> Curve);

/// <summary>A point of a precision-recall curve. Immutable and thread-safe.</summary>
/// <param name="Recall">The share of the true boxes that is found.</param>
/// <param name="Precision">
/// The share of what is found that is right: the best at this recall or a higher one, 0 where it is not reached.
/// </param>
/// <param name="Score">Objects with at least this score reach the recall; NaN where it is not reached.</param>
public sealed record PrecisionRecallPoint(double Recall, double Precision, float Score);

using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Detection.Training;

/// <summary>
/// Judges a detector by average precision: that at an overlap of 0.5 counts, and of equal ones the mean over the overlaps.
/// </summary>
internal sealed class DetectorValidator(DetectorGradients engine, IReadOnlyList<DetectionImage> images, int workers) : IValidator
{
    // Its classes are drawn at random.
    public bool AcceptsStart => false;

    public ValidationResult Validate(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, CancellationToken cancellationToken)
    {
        DetectionReport report = DetectorEvaluation.Run(engine.ToWeights(parameters), images, workers, progress: null, cancellationToken);
        return new(1 - report.MeanAveragePrecision, report.MeanAveragePrecision50);
    }
}

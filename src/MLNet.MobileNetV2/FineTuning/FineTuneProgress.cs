namespace MLNet.MobileNetV2.FineTuning;

/// <summary>Where a fine-tuning is.</summary>
/// <param name="Epoch">Number of the epoch, from 1; 0 at the start, once the classifier is there.</param>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="Step">Steps of the epoch that are done; the last one is told of when the epoch has been validated.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">Mean training loss of the epoch so far, smoothed labels included; NaN before the first step.</param>
/// <param name="Accuracy">Share of the epoch's views that were told right before their step; NaN before the first step.</param>
/// <param name="LearningRate">The backbone's learning rate at the last step.</param>
/// <param name="ImagesPerSecond">Views trained on a second, over the epoch so far; 0 before the first step.</param>
/// <param name="Remaining">The time left for the epochs, as far as can be told; null before the first step.</param>
/// <param name="Validation">The validation, at the end of an epoch where there are photos to validate on; else null.</param>
public readonly record struct FineTuneProgress(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    double Loss,
    double Accuracy,
    double LearningRate,
    double ImagesPerSecond,
    TimeSpan? Remaining,
    ValidationResult? Validation)
{
    internal static FineTuneProgress AtStart(int epochs, int steps, ValidationResult? validation) =>
        new(0, epochs, 0, steps, double.NaN, double.NaN, 0, 0, null, validation);
}

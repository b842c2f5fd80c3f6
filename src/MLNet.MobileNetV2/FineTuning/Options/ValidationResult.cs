namespace MLNet.MobileNetV2;

/// <summary>How well a network does on the images that it is not trained on.</summary>
/// <param name="Loss">Mean loss: the log-loss, labels not smoothed; or the squared error of a distillation.</param>
/// <param name="Accuracy">Share of the images whose class has the highest score; null if there are no classes.</param>
public readonly record struct ValidationResult(double Loss, double? Accuracy)
{
    // Accuracy counts; it is coarse, so the loss decides between equal ones.
    internal bool IsBetterThan(ValidationResult other) => Accuracy == other.Accuracy
        ? Loss < other.Loss || (double.IsNaN(other.Loss) && !double.IsNaN(Loss))
        : Accuracy > other.Accuracy;
}

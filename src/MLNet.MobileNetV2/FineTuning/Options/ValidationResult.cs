namespace MLNet.MobileNetV2;

/// <summary>How well a network does on the images that it does not train on.</summary>
/// <param name="Loss">Mean loss: the log-loss, labels not smoothed; or the squared error of a distillation.</param>
/// <param name="Accuracy">Share of the images whose class has the highest score; null where there are no classes.</param>
public readonly record struct ValidationResult(double Loss, double? Accuracy)
{
    // Accuracy is what is wanted; it is coarse, and the loss tells equal ones apart.
    internal bool IsBetterThan(ValidationResult other) => Accuracy == other.Accuracy
        ? Loss < other.Loss || (double.IsNaN(other.Loss) && !double.IsNaN(Loss))
        : Accuracy > other.Accuracy;
}

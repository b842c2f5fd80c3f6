namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What a training gives.</summary>
/// <param name="Weights">The trained weights: of the best validation, or of the end.</param>
/// <param name="Validations">The validations: of the start, then one an epoch; none without images to validate on.</param>
internal sealed record TrainingOutcome(MobileNetV2Weights Weights, IReadOnlyList<ValidationResult> Validations);

namespace MLNet.MobileNetV2.FineTuning.Checkpoints;

/// <summary>The part of a checkpoint that is not tensors, as its JSON metadata.</summary>
/// <param name="Identity">The training that it is of.</param>
/// <param name="Counters">How far it is.</param>
/// <param name="Validations">The validations so far.</param>
/// <param name="IsFinished">Whether the training is done.</param>
internal sealed record CheckpointContent(
    TrainingIdentity Identity, TrainingCounters Counters, IReadOnlyList<ValidationResult> Validations, bool IsFinished = false);

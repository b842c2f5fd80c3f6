namespace MLNet.MobileNetV2.FineTuning.Checkpoints;

/// <summary>The part of a checkpoint that is not tensors, as its JSON metadata.</summary>
/// <param name="Identity">The training that it is of.</param>
/// <param name="Counters">How far it is.</param>
/// <param name="Validations">The validations so far.</param>
/// <param name="IsFinished">Whether the training is finished.</param>
internal sealed record CheckpointContent(
    CheckpointIdentity Identity, EpochCounters Counters, IReadOnlyList<ValidationResult> Validations, bool IsFinished = false);

/// <summary>The progress of a training.</summary>
internal sealed record EpochCounters
{
    /// <summary>Finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Finished steps of the current epoch.</summary>
    public int Step { get; init; }

    /// <summary>Views of the current epoch that were trained on.</summary>
    public long Views { get; init; }

    /// <summary>Sum of their losses, weights included.</summary>
    public double Loss { get; init; }

    /// <summary>Sum of their weights.</summary>
    public double Weight { get; init; }

    /// <summary>How many of them were classified correctly.</summary>
    public long Correct { get; init; }

    public EpochCounters After(int views, double loss, double weight, int correct) => this with
    {
        Step = Step + 1,
        Views = Views + views,
        Loss = Loss + loss,
        Weight = Weight + weight,
        Correct = Correct + correct,
    };

    public EpochCounters NextEpoch() => new() { Epoch = Epoch + 1 };
}

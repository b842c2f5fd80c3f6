namespace MLNet.MobileNetV2.FineTuning;

/// <summary>Where and how often a training is saved, so that it can go on after a stop. Immutable.</summary>
/// <param name="Folder">The folder, which is made where it is not there; it holds one checkpoint, the last.</param>
public sealed record CheckpointOptions(string Folder)
{
    /// <summary>Steps between two checkpoints, at least 1; each epoch ends with one too. Default: 200.</summary>
    public int EverySteps { get; init; } = 200;

    /// <summary>
    /// Whether a training goes on from the checkpoint that is there; without one it begins anew. Default: false, which refuses a folder with
    /// a checkpoint.
    /// </summary>
    public bool Resume { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        if (EverySteps < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(EverySteps), EverySteps, $"{nameof(EverySteps)} is {EverySteps}; it must be at least 1.");
        }
    }
}

using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Where and how often a training is saved, so that it can go on after a stop. Immutable.</summary>
/// <remarks>
/// A training that is done leaves its last checkpoint, since its model is not saved yet: resumed, it gives the same model at once.
/// <see cref="Delete"/> it when the model is saved, or leave it: the checkpoint of a training that is done gives way to a training with other
/// images, options or weights that resumes in its folder. That of one that is not done is refused there.
/// </remarks>
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

    /// <summary>Whether a training begins anew and deletes the checkpoint that is there, whatever it is of. Not with <see cref="Resume"/>. Default: false.</summary>
    public bool Restart { get; init; }

    /// <summary>Deletes the checkpoint, and that of a trial; nothing happens where there is none. The folder stays.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public void Delete()
    {
        CheckpointFolder.Delete(Folder);
        string trial = ForTrial().Folder;
        CheckpointFolder.Delete(trial);
        if (Directory.Exists(trial) && !Directory.EnumerateFileSystemEntries(trial).Any())
        {
            Directory.Delete(trial);
        }
    }

    /// <summary>Those of the trial before a training.</summary>
    internal CheckpointOptions ForTrial() => this with { Folder = Path.Combine(Folder, "trial"), IsDeletedWhenSaved = false };

    /// <summary>Whether the caller deletes the checkpoint once the model is saved, so that one of a training that is done is all there is of it.</summary>
    internal bool IsDeletedWhenSaved { get; init; }

    internal void Validate()
    {
        Require.Text(Folder, "the path of a folder");
        Require.AtLeast(1, EverySteps);

        if (Resume && Restart)
        {
            throw new ArgumentException($"{nameof(Resume)} and {nameof(Restart)} are both given; one of them is allowed.");
        }
    }
}

using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Where and how often a training is saved, so that it can be resumed. Immutable.</summary>
/// <remarks>
/// A finished training leaves its last checkpoint, since its model is not saved yet: resumed, it gives the same model at once.
/// <see cref="Delete"/> it once the model is saved, or leave it: a finished checkpoint is replaced by a training with other images, options
/// or weights that resumes in its folder. An unfinished one is refused there.
/// </remarks>
public sealed class CheckpointOptions
{
    /// <summary>Sets the folder.</summary>
    /// <param name="folder">The folder, created if it is missing.</param>
    public CheckpointOptions(string folder) => Folder = folder;

    /// <summary>The folder; it holds one checkpoint, the last.</summary>
    public string Folder { get; }

    /// <summary>Steps between two checkpoints, at least 1; each epoch ends with one too. Default: 200.</summary>
    public int EverySteps { get; init; } = 200;

    /// <summary>
    /// Whether the training resumes from the folder's checkpoint; if there is none, it starts anew. Default: false, which refuses a folder
    /// with a checkpoint.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Whether the training starts anew and deletes the folder's checkpoint, whichever it is. Not with <see cref="Resume"/>. Default:
    /// false.
    /// </summary>
    public bool Restart { get; init; }

    /// <summary>Deletes the checkpoint, and those of a comparison before it, if there are any. The folder stays.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public void Delete()
    {
        CheckpointFolder.Delete(Folder);
        if (File.Exists(PlanFile))
        {
            File.Delete(PlanFile);
        }

        for (int fold = 0; fold < MostFolds; fold++)
        {
            string folder = ForFold(fold).Folder;
            CheckpointFolder.Delete(folder);
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    /// <summary>Number of trainings that a comparison before a training may have.</summary>
    internal const int MostFolds = 2;

    /// <summary>What a comparison before a training keeps its plan in.</summary>
    internal string PlanFile => Path.Combine(Folder, "plan.json");

    /// <summary>The options of one of the trainings that are compared before a training.</summary>
    internal CheckpointOptions ForFold(int fold) => new(Path.Combine(Folder, FormattableString.Invariant($"fold-{fold + 1}")))
    {
        EverySteps = EverySteps, Resume = Resume, Restart = Restart,
    };

    /// <summary>Whether the caller deletes the checkpoint once the model is saved: a finished one then means an unsaved model.</summary>
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

/// <summary>A checkpoint is unwanted, damaged, or of another unfinished training; the message names it.</summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string path, string problem, Exception? innerException = null)
        : base($"The checkpoint '{path}' {problem}", innerException) => Path = path;

    /// <summary>The checkpoint.</summary>
    public string Path { get; }
}

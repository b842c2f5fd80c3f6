using System.Text.Json;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.FineTuning.Comparison;

/// <summary>How long the trainings of a comparison and the one after it are, within the time there is. Immutable.</summary>
/// <param name="FoldSteps">Steps of each compared training.</param>
/// <param name="Steps">Steps of the training after the comparison.</param>
/// <param name="SecondsPerStep">What a step takes; 0 if it was not timed.</param>
internal sealed record ComparisonPlan(int FoldSteps, int Steps, double SecondsPerStep)
{
    /// <summary>Half of the images, trained on, say enough of what all of them give.</summary>
    public const int Folds = CheckpointOptions.MostFolds;

    /// <summary>Fewer steps of the training after the comparison gain nothing.</summary>
    public const int LeastSteps = 40;

    private const int MostSteps = 2000;

    // Time that a comparison and its training take at most where none is given.
    private static readonly TimeSpan s_defaultBudget = TimeSpan.FromMinutes(3);

    /// <summary>Shares the time out: half for the comparison, half for the training after it.</summary>
    /// <param name="wanted">Steps that the training should have.</param>
    /// <param name="budget">
    /// The time there is; null for at most three minutes, infinite to go by the steps alone. One that is given may buy more
    /// steps than wanted.
    /// </param>
    /// <param name="secondsPerStep">What a step takes.</param>
    public static ComparisonPlan Of(long wanted, TimeSpan? budget, double secondsPerStep)
    {
        long most = budget is null || budget == Timeout.InfiniteTimeSpan ? wanted : Math.Max(wanted, MostSteps);
        double affordable = budget == Timeout.InfiniteTimeSpan
            ? most
            : (budget ?? s_defaultBudget).TotalSeconds / 2 / secondsPerStep;
        int steps = (int)Math.Min(Math.Min(most, affordable), int.MaxValue / 2);
        return new(Math.Max(1, steps / Folds), steps, secondsPerStep);
    }

    /// <summary>About how long it all takes.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(((FoldSteps * Folds) + Steps) * SecondsPerStep);

    /// <summary>The plan of a comparison that goes on; null if there is no such file.</summary>
    /// <exception cref="CheckpointException">It cannot be read.</exception>
    public static ComparisonPlan? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<ComparisonPlan>(File.ReadAllText(path)) is { FoldSteps: > 0, Steps: > 0 } plan
                ? plan
                : throw new CheckpointException(path, "has no steps. Start over without it.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"cannot be read: {error.Message} Start over without it.", error);
        }
    }

    /// <summary>Keeps the plan, since a stopped comparison that goes on must not time its steps again.</summary>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this));
    }
}

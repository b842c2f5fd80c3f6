using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>Finds a process's share from what a cluster tells it: a Kubernetes Indexed Job, or a Slurm job array.</summary>
/// <param name="variables">Reads an environment variable.</param>
internal sealed class ShardVariables(Func<string, string?> variables)
{
    /// <summary>The variable with the number of shares, used if no option gives it.</summary>
    public const string CountVariable = "MOBILENETV2_SHARD_COUNT";

    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";
    private const string SlurmId = "SLURM_ARRAY_TASK_ID";
    private const string SlurmCount = "SLURM_ARRAY_TASK_COUNT";
    private const string SlurmFirst = "SLURM_ARRAY_TASK_MIN";
    private const string SlurmLast = "SLURM_ARRAY_TASK_MAX";
    private const string SlurmStep = "SLURM_ARRAY_TASK_STEP";

    /// <summary>The share.</summary>
    /// <param name="count">How many shares there are; null asks the environment.</param>
    /// <exception cref="CommandFailedException">A variable is missing, or has no possible value.</exception>
    public Shard Read(int? count)
    {
        count ??= Number(CountVariable, 1);
        if (Number(KubernetesIndex, 0) is { } index)
        {
            return Create(index, count, KubernetesIndex);
        }

        if (Number(SlurmId, 0) is { } id)
        {
            return OfArray(id, count, Number(SlurmCount, 1), Number(SlurmFirst, 0) ?? 0, Number(SlurmStep, 1) ?? 1);
        }

        throw Wrong($"--shard auto needs {KubernetesIndex} (a Kubernetes Indexed Job) or {SlurmId} (a Slurm job array), "
            + "and neither is set.");
    }

    // Tasks of an array that are run again form an array of their own, with numbers of its own.
    private Shard OfArray(int id, int? count, int? tasks, int first, int step)
    {
        if (count is { } shares && tasks is { } found && found != shares)
        {
            throw Wrong($"{SlurmCount} is {found}, but there are {shares} shares: name the share of each task with --shard i/{shares}.");
        }

        // Whole arrays begin at 0 or 1, have several tasks, and have no gaps.
        bool isWhole = tasks != 1 && first <= 1 && (Number(SlurmLast, 0) is not { } last || ((last - first) / step) + 1 == tasks);
        if (count is null && tasks is not null && !isWhole)
        {
            throw Wrong(
                $"The Slurm array ({SlurmCount} {tasks}, {SlurmFirst} {first}) may be some tasks of another array that are run again: "
                    + $"name the share of each task with --shard i/n, or, if its tasks are all the shares, give --shard-count {tasks}.");
        }

        return Create((id - first) / step, count ?? tasks, SlurmId);
    }

    private static Shard Create(int index, int? count, string variable) => count switch
    {
        null => throw Wrong($"--shard auto found {variable} but not the number of shares: give --shard-count or set {CountVariable}."),
        { } shares when index < 0 || index >= shares => throw Wrong($"{variable} names share {index + 1} of {shares}."),
        { } shares => new Shard(index, shares),
    };

    private int? Number(string name, int minimum)
    {
        string? text = variables(name);
        return string.IsNullOrEmpty(text) ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum ? value
            : throw Wrong($"{name} is '{text}'; a whole number from {minimum} up is needed.");
    }

    private static CommandFailedException Wrong(string message) => new(message, ExitCode.WrongUsage);
}

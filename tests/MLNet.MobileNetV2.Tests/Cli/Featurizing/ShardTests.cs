using FsCheck.Xunit;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Featurizing;

namespace MLNet.MobileNetV2.Tests.Cli.Featurizing;

public sealed class ShardTests
{
    [Property]
    public bool Of_AllSharesOneAfterAnother_IsTheList(byte items, byte shares)
    {
        int[] list = [.. Enumerable.Range(0, items)];
        int count = shares + 1;
        IReadOnlyList<int>[] parts = [.. Enumerable.Range(0, count).Select(index => new Shard(index, count).Of(list))];
        return parts.SelectMany(part => part).SequenceEqual(list) && parts.Max(part => part.Count) - parts.Min(part => part.Count) <= 1;
    }

    [Theory]
    [InlineData(0, 4, "1-of-4")]
    [InlineData(8, 100, "009-of-100")]
    public void Name_SortsAsTheShares(int index, int count, string name) => Assert.Equal(name, new Shard(index, count).Name);

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX=2;MOBILENETV2_SHARD_COUNT=5", null, 2, 5)]
    [InlineData("JOB_COMPLETION_INDEX=0", 3, 0, 3)]
    [InlineData("JOB_COMPLETION_INDEX=1;MOBILENETV2_SHARD_COUNT=5;SLURM_ARRAY_TASK_ID=4", 2, 1, 2)]
    [InlineData("SLURM_ARRAY_TASK_ID=4;SLURM_ARRAY_TASK_COUNT=4;SLURM_ARRAY_TASK_MIN=1", null, 3, 4)]
    [InlineData("SLURM_ARRAY_TASK_ID=3;SLURM_ARRAY_TASK_COUNT=4", null, 3, 4)]
    [
        InlineData(
            "SLURM_ARRAY_TASK_ID=4;SLURM_ARRAY_TASK_COUNT=4;SLURM_ARRAY_TASK_MIN=0;SLURM_ARRAY_TASK_MAX=6;SLURM_ARRAY_TASK_STEP=2",
            null,
            2,
            4),
    ]
    [
        InlineData(
            "SLURM_ARRAY_TASK_ID=14;SLURM_ARRAY_TASK_COUNT=3;SLURM_ARRAY_TASK_MIN=10;SLURM_ARRAY_TASK_MAX=14;SLURM_ARRAY_TASK_STEP=2",
            3,
            2,
            3),
    ]
    [InlineData("SLURM_ARRAY_TASK_ID=1;SLURM_ARRAY_TASK_COUNT=1;SLURM_ARRAY_TASK_MIN=1;SLURM_ARRAY_TASK_MAX=1", 1, 0, 1)]
    public void Read_OfAClustersVariables_IsTheShare(string variables, int? count, int index, int shares) =>
        Assert.Equal(new Shard(index, shares), Read(variables, count));

    [Theory]
    [InlineData("", null, "needs JOB_COMPLETION_INDEX (a Kubernetes Indexed Job) or SLURM_ARRAY_TASK_ID")]
    [InlineData("JOB_COMPLETION_INDEX=", null, "neither is set")]
    [InlineData("JOB_COMPLETION_INDEX=1", null, "give --shard-count or set MOBILENETV2_SHARD_COUNT")]
    [InlineData("JOB_COMPLETION_INDEX=-1", 2, "JOB_COMPLETION_INDEX is '-1'")]
    [InlineData("JOB_COMPLETION_INDEX=2", 2, "JOB_COMPLETION_INDEX names share 3 of 2")]
    [InlineData("JOB_COMPLETION_INDEX=1;MOBILENETV2_SHARD_COUNT=0", null, "MOBILENETV2_SHARD_COUNT is '0'")]
    [InlineData("SLURM_ARRAY_TASK_ID=x", 2, "SLURM_ARRAY_TASK_ID is 'x'")]
    [InlineData("SLURM_ARRAY_TASK_ID=4;SLURM_ARRAY_TASK_COUNT=4", null, "SLURM_ARRAY_TASK_ID names share 5 of 4")]
    [InlineData("SLURM_ARRAY_TASK_ID=1;SLURM_ARRAY_TASK_COUNT=4;SLURM_ARRAY_TASK_STEP=0", null, "SLURM_ARRAY_TASK_STEP is '0'")]
    [InlineData("SLURM_ARRAY_TASK_ID=3;SLURM_ARRAY_TASK_COUNT=2;SLURM_ARRAY_TASK_MIN=3", 16, "name the share of each task with "
        + "--shard i/16")]
    public void Read_OfVariablesThatCannotBe_IsWrongUsage(string variables, int? count, string message)
    {
        CommandFailedException error = Assert.Throws<CommandFailedException>(() => Read(variables, count));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongUsage, error.ExitCode);
    }

    [Theory]
    [
        InlineData(
            "--array=7",
            "SLURM_ARRAY_TASK_ID=7;SLURM_ARRAY_TASK_COUNT=1;SLURM_ARRAY_TASK_MIN=7;SLURM_ARRAY_TASK_MAX=7;SLURM_ARRAY_TASK_STEP=1"),
    ]
    [
        InlineData(
            "--array=1",
            "SLURM_ARRAY_TASK_ID=1;SLURM_ARRAY_TASK_COUNT=1;SLURM_ARRAY_TASK_MIN=1;SLURM_ARRAY_TASK_MAX=1;SLURM_ARRAY_TASK_STEP=1"),
    ]
    [
        InlineData(
            "--array=10-14:2",
            "SLURM_ARRAY_TASK_ID=14;SLURM_ARRAY_TASK_COUNT=3;SLURM_ARRAY_TASK_MIN=10;SLURM_ARRAY_TASK_MAX=14;SLURM_ARRAY_TASK_STEP=2"),
    ]
    [
        InlineData(
            "--array=1,7",
            "SLURM_ARRAY_TASK_ID=1;SLURM_ARRAY_TASK_COUNT=2;SLURM_ARRAY_TASK_MIN=1;SLURM_ARRAY_TASK_MAX=7;SLURM_ARRAY_TASK_STEP=1"),
    ]
    public void Read_OfAnArrayThatMayBeSomeTasksRunAgain_AsksForTheShares(string array, string variables)
    {
        CommandFailedException error = Assert.Throws<CommandFailedException>(() => Read(variables, count: null));

        Assert.Contains("may be some tasks of another array that are run again", error.Message, StringComparison.Ordinal);
        Assert.Contains("--shard i/n", error.Message, StringComparison.Ordinal);
        Assert.Contains("--shard-count", error.Message, StringComparison.Ordinal);
        Assert.True(error.ExitCode == ExitCode.WrongUsage, array);
    }

    private static Shard Read(string variables, int? count)
    {
        Dictionary<string, string> environment = variables.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]);
        return new ShardVariables(name => environment.GetValueOrDefault(name)).Read(count);
    }
}

using MLNet.MobileNetV2.Tests.Support;
using Parquet;

namespace MLNet.MobileNetV2.Tests.Cli.Hosting;

/// <summary>The real command, interrupted.</summary>
public sealed class StopSignalsTests(TrainedModel model)
{
    [Fact]
    public async Task Predict_WhenInterrupted_EndsInOrderAfterWholeLines()
    {
        SkipOnWindows();
        using var process = new CliProcess();
        using var photos = new SampleFolder(2, "animal");

        CliRun run = await InterruptedRun.RunAsync(
            process, ["predict", await model.PathAsync(), .. Enumerable.Repeat(photos.PathOf("animal"), 10_000), "--json"]);

        Assert.Equal((130, "Stopped.\n"), (run.ExitCode, run.Error));
        Assert.InRange(run.JsonLines.Count, 1, 19_999);
        Assert.EndsWith("}\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(process.Temporary);
    }

    [Theory]
    [InlineData("labels.csv")]
    [InlineData("labels.parquet")]
    public async Task Predict_WhenInterrupted_KeepsTheRowsThatAreDone(string name)
    {
        SkipOnWindows();
        using var process = new CliProcess();
        using var photos = new SampleFolder(2, "animal");
        using var output = new TempFolder();
        string labels = output.File(name);

        CliRun run = await InterruptedRun.RunAsync(
            process,
            [
                "predict", await model.PathAsync(), .. Enumerable.Repeat(photos.PathOf("animal"), 10_000),
                "--output", labels, "--sort-into", output.File("sorted"), "--link",
            ]);

        int printed = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.Equal((130, "Stopped.\n"), (run.ExitCode, run.Error));
        Assert.Equal([name, "sorted"], output.Names());
        long rows = name.EndsWith(".csv", StringComparison.Ordinal)
            ? File.ReadAllLines(labels).Count(line => line.EndsWith(','))
            : await ParquetRowsAsync(labels);
        Assert.InRange(printed, 1, 19_999);
        Assert.Equal(printed, rows);
        Assert.Equal(rows, Directory.GetFiles(output.File("sorted"), "*", SearchOption.AllDirectories).Length);
        Assert.Empty(process.Temporary);
    }

    [Fact]
    public async Task Train_WhenInterrupted_EndsInOrderAndWritesNoModel()
    {
        SkipOnWindows();
        using var process = new CliProcess();
        using var photos = new SampleFolder(1, "animal", "food");
        for (int copy = 0; copy < 3000; copy++)
        {
            File.CreateSymbolicLink(photos.PathOf($"food/{copy}.webp"), Directory.GetFiles(photos.PathOf("animal"))[0]);
        }

        CliRun run = await InterruptedRun.RunAsync(process, "train", photos.Path, "--output", photos.PathOf("m.zip"), "--json");

        Assert.Equal((130, string.Empty), (run.ExitCode, run.Output));
        Assert.StartsWith("Using the embedded weights in place of ImageNet's", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("\nStopped.\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(["animal", "food"], Directory.EnumerateFileSystemEntries(photos.Path).Select(Path.GetFileName).Order());
        Assert.Empty(process.Temporary);
    }

    private static async Task<long> ParquetRowsAsync(string path)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(
            path, cancellationToken: TestContext.Current.CancellationToken);
        return reader.Metadata!.RowGroups.Sum(group => group.NumRows);
    }

    private static void SkipOnWindows() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows no other process can send Ctrl+C to one alone.");
}

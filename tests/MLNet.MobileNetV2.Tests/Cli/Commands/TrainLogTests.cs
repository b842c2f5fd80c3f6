using System.Globalization;
using MLNet.MobileNetV2.Cli;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --log</c>.</summary>
public sealed class TrainLogTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly FineTuneFolder _folder = new(8);

    public void Dispose() => _folder.Dispose();

    private string Log => _folder.File("log.csv");

    [Fact]
    public async Task Train_WritesARowAnEpoch()
    {
        using var culture = new CommaCulture();

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "3", "--batch-size", "10", "--log", Log);

        Assert.Equal((0, _folder.Done), (run.ExitCode, run.Error));
        Assert.Equal(EpochLog.Header, File.ReadLines(Log).First());
        string[][] rows = Rows();
        Assert.Equal([["1", "3"], ["2", "6"], ["3", "9"]], rows.Select(row => row[..2]));
        Assert.All(rows, row =>
        {
            Assert.Equal(9, row.Length);
            Assert.InRange(Number(row[2]), 0, 10);
            Assert.InRange(Number(row[3]), 0, 1);
            Assert.Equal([string.Empty, string.Empty], row[4..6]);
            Assert.InRange(Number(row[6]), 1e-9, 3.1e-4);
            Assert.InRange(Number(row[7]), 1, 1e6);
            Assert.InRange(Number(row[8]), 0, 100);
        });
        Assert.EndsWith("\n", await File.ReadAllTextAsync(Log, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithImagesToValidateOn_MeasuresThemAtTheStartAndEachEpoch()
    {
        using var others = new DiscPictures(5, seed: 9);

        CliRun run = await _folder.TrainAsync(
            "--fine-tune", "2", "--epochs", "3", "--validation", others.Path, "--log", Log, "--weight-average", "0", "--json");

        string[][] rows = Rows();

        // The last row, which has no loss of a training, is of the head solved anew.
        Assert.Equal(["0", "1", "2", "3", "3"], rows.Select(row => row[0]));
        Assert.Equal([rows[^2][1], "", ""], rows[^1][1..4]);
        Assert.Equal(["0", "0", "", ""], rows[0][..4]);
        Assert.All(rows, row => Assert.InRange(Number(row[5]), 0, 1));
        Assert.Equal(run.Json.GetProperty("validationAccuracy").GetDouble(), Number(rows[^1][5]), 1e-6);
        Assert.Equal(run.Json.GetProperty("validation").GetProperty("logLoss").GetDouble(), Number(rows[^1][4]), 1e-3);
    }

    [Fact]
    public async Task Train_WithALog_GivesTheModelThatItGivesWithout()
    {
        string[] options = ["--fine-tune", "2", "--epochs", "3", "--validation", "0.25", "--learning-rate", "0.01"];
        Assert.Equal(0, (await _folder.TrainAsync(options)).ExitCode);
        string without = await ScoresAsync();

        Assert.Equal(0, (await _folder.TrainAsync([.. options, "--log", Log])).ExitCode);

        Assert.Equal(without, await ScoresAsync());
    }

    [Fact]
    public async Task Train_Auto_LogsTheTrainingAndNotTheTrial()
    {
        using var folder = new FineTuneFolder(20, TinyNetwork.Faint);

        CliRun run = await folder.TrainAsync(
            "--fine-tune", "auto", "--epochs", "12", "--learning-rate", "0.003", "--augment", "none", "--log", Log);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Enumerable.Range(1, 12).Select(epoch => $"{epoch}"), Rows().Select(row => row[0]));
    }

    [Fact]
    public async Task Train_OverAnExistingLog_IsRefusedWithoutForce()
    {
        await File.WriteAllTextAsync(Log, "mine", TestContext.Current.CancellationToken);
        string[] options = ["--fine-tune", "1", "--epochs", "1", "--log", Log];

        CliRun refused = await _folder.TrainAsync(options);
        string kept = await File.ReadAllTextAsync(Log, TestContext.Current.CancellationToken);
        CliRun forced = await _folder.TrainAsync([.. options, "--force"]);

        Assert.Equal($"The log '{Log}' already exists: --force replaces it, --resume goes on in it.\n", refused.AssertFailed(1));
        Assert.Equal("mine", kept);
        Assert.Equal(0, forced.ExitCode);
        Assert.Single(Rows());
    }

    [Fact]
    public async Task Resume_OfAnotherFile_IsRefused()
    {
        await File.WriteAllTextAsync(Log, "mine\n", TestContext.Current.CancellationToken);

        CliRun run = await _folder.TrainAsync(
            "--fine-tune", "1", "--epochs", "1", "--checkpoint", _folder.Checkpoint, "--resume", "--log", Log);

        AssertMessage.Tells(run.AssertFailed(1), $"'{Log}' is no log to go on in", EpochLog.Header, "--force");
    }

    [Fact]
    public async Task Train_IntoAFolderThatIsMissing_FailsBeforeItTrains()
    {
        string log = _folder.File("missing/log.csv");

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1000000", "--log", log);

        AssertMessage.Tells(run.AssertFailed(1), log, "there is no folder");
    }

    [Fact]
    public async Task Resume_AfterAStop_GoesOnInTheLog()
    {
        string[] options = ["--fine-tune", "2", "--epochs", "200", "--checkpoint", _folder.Checkpoint, "--resume", "--log", Log];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(s_limit);
        Task<int> run = CommandLine.RunAsync(_folder.Arguments(options), TextWriter.Null, TextWriter.Null, stop.Token);

        // It can be read while the training writes it.
        while (!run.IsCompleted && (!File.Exists(Log) || Rows().Length < 3))
        {
            await Task.Delay(1, CancellationToken.None);
        }

        await stop.CancelAsync();
        Assert.Equal(130, await run);
        Assert.InRange(Rows().Length, 3, 199);

        CliRun end = await _folder.TrainAsync(options);

        Assert.Equal((0, _folder.Done), (end.ExitCode, end.Error));
        Assert.Equal(Enumerable.Range(1, 200).Select(epoch => $"{epoch}"), Rows().Select(row => row[0]));
        Assert.Equal(EpochLog.Header, File.ReadLines(Log).First());
    }

    private string[][] Rows()
    {
        using var stream = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Skip(1).Select(row => row.Split(','))];
    }

    private async Task<string> ScoresAsync() =>
        (await CliRun.InProcessAsync("predict", _folder.Model, _folder.Pictures.Path, "--json")).Output;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

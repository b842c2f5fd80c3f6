using MLNet.MobileNetV2.Cli;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --checkpoint</c> into a folder that was used before.</summary>
public sealed class FineTuneAgainTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly FineTuneFolder _folder = new(4);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1")]
    [InlineData("auto")]
    public async Task Train_ThatIsDone_LeavesNoCheckpoint(string blocks)
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", blocks, "--epochs", "1", "--checkpoint", _folder.Checkpoint);

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith(_folder.Done, run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Checkpoint));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("photos")]
    [InlineData("epochs")]
    [InlineData("weights")]
    public async Task Resume_AfterATrainingThatIsDone_TrainsAsOneThatBeginsAnew(string what)
    {
        Assert.Equal(0, (await _folder.TrainAsync(Options("1"))).ExitCode);
        if (what == "photos")
        {
            File.Copy(_folder.Pictures.Files[0], _folder.Pictures.File("blue/one-more.png"));
        }
        else if (what == "weights")
        {
            TinyNetwork.Faint.SaveSafetensors(_folder.Weights);
        }

        string epochs = what == "epochs" ? "2" : "1";
        CliRun again = await _folder.TrainAsync(Options(epochs));

        Assert.Equal((0, _folder.Done), (again.ExitCode, again.Error));
        string resumed = await ScoresAsync();
        Assert.Equal(0, (await _folder.TrainAsync("--fine-tune", "2", "--epochs", epochs)).ExitCode);
        Assert.Equal(await ScoresAsync(), resumed);
    }

    [Fact]
    public async Task Resume_OfAnotherTrainingThatIsNotDone_NamesRestartWhichBeginsAnew()
    {
        await StopAsync(Options("1000"));
        string[] other = Options("2");

        CliRun refused = await _folder.TrainAsync(other);
        CliRun restarted = await _folder.TrainAsync([.. other[..^1], "--restart"]);

        AssertMessage.Tells(
            refused.AssertFailed(1), $"'{_folder.CheckpointFile}'", "other options (Epochs)", "not finished", "--restart");
        Assert.Equal((0, _folder.Done), (restarted.ExitCode, restarted.Error));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Checkpoint));
        string scores = await ScoresAsync();
        Assert.Equal(0, (await _folder.TrainAsync("--fine-tune", "2", "--epochs", "2")).ExitCode);
        Assert.Equal(await ScoresAsync(), scores);
    }

    [Fact]
    public async Task Restart_OfADamagedCheckpoint_BeginsAnew()
    {
        Directory.CreateDirectory(_folder.Checkpoint);
        await File.WriteAllTextAsync(_folder.CheckpointFile, "no checkpoint", TestContext.Current.CancellationToken);

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1", "--checkpoint", _folder.Checkpoint, "--restart");

        Assert.Equal((0, _folder.Done), (run.ExitCode, run.Error));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Checkpoint));
    }

    [Fact]
    public async Task Train_OfOtherPicturesAfterAStopBehindTheTrial_IsRefusedBeforeAnotherTrial()
    {
        using var folder = new FineTuneFolder(20, TinyNetwork.Faint);
        string[] options =
        [
            "--fine-tune", "auto", "--epochs", "60", "--learning-rate", "0.003", "--augment", "none", "--checkpoint", folder.Checkpoint,
            "--resume",
        ];
        await StopAsync(folder, options);
        string trial = folder.File("checkpoint/fold-1/checkpoint.safetensors");
        DateTime written = File.GetLastWriteTimeUtc(trial);
        File.Copy(folder.Pictures.Files[0], folder.Pictures.File("blue/one-more.png"));

        CliRun run = await folder.TrainAsync(options);

        Assert.StartsWith(
            $"The checkpoint '{folder.CheckpointFile}' is of a training with other images that is not finished.",
            run.AssertFailed(1),
            StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(trial));
    }

    private string[] Options(string epochs) => ["--fine-tune", "2", "--epochs", epochs, "--checkpoint", _folder.Checkpoint, "--resume"];

    private Task StopAsync(params string[] options) => StopAsync(_folder, options);

    /// <summary>Trains until there is a checkpoint, and is cancelled there.</summary>
    private static async Task StopAsync(FineTuneFolder folder, string[] options)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(s_limit);
        Task<int> run = CommandLine.RunAsync(folder.Arguments(options), TextWriter.Null, TextWriter.Null, stop.Token);
        while (!File.Exists(folder.CheckpointFile) && !run.IsCompleted)
        {
            await Task.Delay(1, CancellationToken.None);
        }

        await stop.CancelAsync();
        Assert.Equal(130, await run);
        Assert.True(File.Exists(folder.CheckpointFile));
    }

    private async Task<string> ScoresAsync() =>
        (await CliRun.InProcessAsync("predict", _folder.Model, _folder.Pictures.Path, "--json")).Output;
}

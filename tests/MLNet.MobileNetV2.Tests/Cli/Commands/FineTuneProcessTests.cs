using System.Text.RegularExpressions;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary>Real processes that fine-tune, some of them killed.</summary>
[Trait("Category", "Slow")]
public sealed class FineTuneProcessTests : IDisposable
{
    private readonly CliProcess _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public async Task Train_KilledInTwoEpochsAndResumed_GivesTheModelOfOneThatWasNot()
    {
        // An epoch of 282 steps: the first checkpoint, after 200, lies in its middle.
        using var folder = new FineTuneFolder(30);
        foreach (string file in folder.Pictures.Files)
        {
            for (int copy = 1; copy < 100; copy++)
            {
                File.Copy(file, Path.ChangeExtension(file, $"{copy}.png"));
            }
        }

        string[] options = ["--fine-tune", "2", "--epochs", "2", "--seed", "5"];
        string[] saved = [.. options, "--checkpoint", folder.Checkpoint];
        Assert.Equal(0, (await _process.RunAsync(folder.Arguments(options))).ExitCode);
        string whole = folder.File("whole.zip");
        File.Move(folder.Model, whole);

        await KilledRun.RunAsync(_process, () => File.Exists(folder.CheckpointFile), folder.Arguments(saved));
        (int Epoch, int Step) first = Place(folder.CheckpointFile);
        await KilledRun.RunAsync(_process, () => Place(folder.CheckpointFile) != first, folder.Arguments([.. saved, "--resume"]));
        (int Epoch, int Step) second = Place(folder.CheckpointFile);
        Assert.False(File.Exists(folder.Model));
        CliRun end = await _process.RunAsync(folder.Arguments([.. saved, "--resume", "--json"]));

        Assert.Equal((0, 200), first);
        Assert.Equal((1, 0), second);
        Assert.Equal((0, folder.Done), (end.ExitCode, end.Error));
        Assert.Equal(2, end.Json.GetProperty("fineTunedBlocks").GetInt32());
        Assert.False(File.Exists(folder.CheckpointFile));
        Assert.InRange(Photos.MaxDifference(Scores(whole), Scores(folder.Model)), 0, 1e-5);
        Assert.Empty(_process.Temporary);
    }

    [Fact]
    public async Task Train_InterruptedInMidEpoch_StopsAndLeavesNoModel()
    {
        using var folder = new FineTuneFolder(40);
        string[] saved = folder.Arguments("--fine-tune", "all", "--epochs", "1000", "--checkpoint", folder.Checkpoint);

        CliRun run = await InterruptedRun.RunAsync(_process, () => File.Exists(folder.CheckpointFile), saved);

        Assert.Equal((130, string.Empty, "Stopped.\n"), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(["checkpoint", "tiny.safetensors"], folder.Names());
        Assert.Empty(_process.Temporary);
    }

    [Fact]
    public async Task Train_OfAWholeNetwork_PrintsItsResultAloneAndLeavesNoTemporaryFile()
    {
        using var folder = new FineTuneFolder(4);

        CliRun run = await _process.RunAsync(folder.Arguments("--fine-tune", "all", "--epochs", "2"));

        Assert.Equal((0, folder.Done), (run.ExitCode, run.Error));
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
        Assert.Equal(["model.recipe.json", "model.zip", "tiny.safetensors"], folder.Names());
        Assert.Empty(_process.Temporary);
        Assert.Empty(_process.Home);
    }

    [Fact]
    public async Task Train_OfTheEmbeddedWeightsOnPhotos_TellsThemApart()
    {
        using var photos = new SampleFolder(12, "animal", "food", "vehicle");
        using var others = new SampleFolder(0);
        foreach (string category in (string[])["animal", "food", "vehicle"])
        {
            others.AddClass(category, category, 8, skip: 12);
        }

        CliRun run = await _process.RunAsync(
            "train", photos.Path, "--output", photos.PathOf(
                "model.zip"), "--weights", "embedded", "--fine-tune", "1", "--epochs", "3", "--validation", others.Path, "--json");

        Assert.Equal((0, $"The recipe of this training is '{photos.PathOf("model.recipe.json")}'.\n"), (run.ExitCode, run.Error));
        Assert.InRange(run.Json.GetProperty("validationAccuracy").GetDouble(), 0.6, 1);
        Assert.Equal(1, run.Json.GetProperty("fineTunedBlocks").GetInt32());
    }

    // A checkpoint is replaced as a whole, so one that is read is whole.
    private static (int Epoch, int Step) Place(string checkpoint)
    {
        string text = System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(checkpoint).AsSpan(0, 4096));
        Match match = Regex.Match(text, @"Epoch[^:]*:(\d+),[^:]*Step[^:]*:(\d+)");
        Assert.True(match.Success);
        return (int.Parse(match.Groups[1].Value), int.Parse(match.Groups[2].Value));
    }

    private static float[][] Scores(string model)
    {
        var mlContext = new MLContext();
        using var pictures = new DiscPictures(10, seed: 8);
        ITransformer loaded = mlContext.LoadModel(model);
        using (loaded as IDisposable)
        {
            return loaded.Transform(mlContext.Data.LoadFromEnumerable(pictures.Rows)).Features("Score");
        }
    }
}

using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class FineTuneCommandErrorTests : IDisposable
{
    private readonly FineTuneFolder _folder = new(3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_OnFeatures_RefusesFineTuning()
    {
        CliRun run = await CliRun.InProcessAsync("train", "--features", "a.parquet", "--output", _folder.Model, "--fine-tune", "1");

        Assert.StartsWith(
            "--fine-tune needs the images themselves: it cannot be used with --features or --cache.\n", run.AssertFailed(
                2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OfMoreBlocksThanTheWeightsHave_SaysHowManyThereAre()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "10");

        Assert.Matches("^--fine-tune is 10; the weights '.*' have 9 blocks: at most 9, or all, can be trained.\n$", run.AssertFailed(2));
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("all")]
    [InlineData("auto")]
    public async Task Train_OfADilatedNetwork_SaysWhatCanBeTrained(string blocks)
    {
        MobileNetV2Weights tiny = TinyNetwork.Weights;
        using var folder = new FineTuneFolder(
            3, new MobileNetV2Weights(tiny.Name, RandomWeights.Narrow(outputStride: 8), tiny.Tensors, tiny.Preprocessing));

        CliRun run = await folder.TrainAsync("--fine-tune", blocks);

        Assert.Equal(
            "Dilated convolutions cannot be trained, and the network's output stride is 8. Train the same weights at output stride 32, or "
            + "the classifier alone.\n",
            run.AssertFailed(1));
        Assert.Equal(["tiny.safetensors"], folder.Names());
        Assert.Equal(0, (await folder.TrainAsync()).ExitCode);
    }

    [Fact]
    public async Task Train_AtARateThatIsTooGreat_SaysThatItDiverged()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "all", "--learning-rate", "1e37");

        Assert.Matches(@"^The training diverged in step \d+ of epoch [12]: choose a lower --learning-rate\.\n$", run.AssertFailed(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Train_OnAClassOfBadPictures_FailsNamingIt(int goodClasses)
    {
        foreach (string name in DiscPictures.Classes.Skip(goodClasses))
        {
            foreach (string file in Directory.GetFiles(_folder.Pictures.File(name)))
            {
                File.WriteAllText(file, "no image");
            }
        }

        CliRun run = await _folder.TrainAsync("--fine-tune", "1");

        string lost = string.Join(", ", DiscPictures.Classes.Skip(goodClasses));
        Assert.Contains(
            $"no image can be used in the class {lost}; every class needs at least one.", run.AssertFailed(1), StringComparison.Ordinal);
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_ValidatingOnBadPicturesAlone_Fails()
    {
        using var others = new DiscPictures(0);
        others.AddBad();

        // Only classes with images count.
        Directory.Delete(others.File("blue"));
        Directory.Delete(others.File("green"));

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1", "--validation", others.Path);

        Assert.Contains("none of the 1 images to validate on can be used.", run.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_IntoAFolderWithACheckpoint_IsRefused()
    {
        Directory.CreateDirectory(_folder.Checkpoint);
        await File.WriteAllTextAsync(_folder.CheckpointFile, "any", TestContext.Current.CancellationToken);

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1", "--checkpoint", _folder.Checkpoint);

        AssertMessage.Tells(run.AssertFailed(1), $"'{_folder.CheckpointFile}'", "already exists", "--resume", "--restart");
    }
}

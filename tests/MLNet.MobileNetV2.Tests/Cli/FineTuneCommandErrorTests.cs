using MLNet.MobileNetV2.Tests.FineTuning;

namespace MLNet.MobileNetV2.Tests.Cli;

public sealed class FineTuneCommandErrorTests : IDisposable
{
    private readonly FineTuneFolder _folder = new(3);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--fine-tune is '0'; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "0")]
    [InlineData("--fine-tune is '-1'; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "-1")]
    [InlineData("--fine-tune is 'x'; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "x")]
    [InlineData("--fine-tune is ''; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "")]
    [InlineData("--epochs goes with --fine-tune alone.", "--epochs", "5")]
    [InlineData("--augment goes with --fine-tune alone.", "--augment", "light")]
    [InlineData("--learning-rate goes with --fine-tune alone.", "--learning-rate", "0.1")]
    [InlineData("--checkpoint goes with --fine-tune alone.", "--checkpoint", "folder")]
    [InlineData("--resume goes with --fine-tune alone.", "--resume", "--checkpoint", "folder")]
    [InlineData("--resume needs the folder of --checkpoint.", "--fine-tune", "1", "--resume")]
    [InlineData("--restart goes with --fine-tune alone.", "--restart", "--checkpoint", "folder")]
    [InlineData("--restart needs the folder of --checkpoint.", "--fine-tune", "1", "--restart")]
    [InlineData("--resume and --restart are both given; one of them is allowed.", "--fine-tune", "1", "--checkpoint", "folder", "--resume", "--restart")]
    [InlineData("--checkpoint is empty; a path is needed.", "--fine-tune", "1", "--checkpoint", "")]
    [InlineData("--epochs is '0'; a whole number from 1 up is needed.", "--fine-tune", "1", "--epochs", "0")]
    [InlineData("--epochs is 'many'; a whole number from 1 up is needed.", "--fine-tune", "1", "--epochs", "many")]
    [InlineData("--augment is 'x'; none, light, standard, strong are allowed.", "--fine-tune", "1", "--augment", "x")]
    [InlineData("--learning-rate is '0'; a number above 0 is needed.", "--fine-tune", "1", "--learning-rate", "0")]
    [InlineData("--learning-rate is '-1'; a number above 0 is needed.", "--fine-tune", "1", "--learning-rate", "-1")]
    [InlineData("--learning-rate is 'x'; a number above 0 is needed.", "--fine-tune", "1", "--learning-rate", "x")]
    [InlineData("--fine-tune needs the pictures themselves: it goes neither with --features nor with --cache.", "--fine-tune", "1", "--cache", "folder")]
    public async Task Train_WithAWrongOption_SaysWhatIsAllowed(string expected, params string[] options)
    {
        CliRun run = await _folder.TrainAsync(options);

        Assert.Contains($"{expected}\n", run.AssertFailed(2), StringComparison.Ordinal);
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_OnFeatures_RefusesFineTuning()
    {
        CliRun run = await CliRun.InProcessAsync("train", "--features", "a.parquet", "--output", _folder.Model, "--fine-tune", "1");

        Assert.StartsWith(
            "--fine-tune needs the pictures themselves: it goes neither with --features nor with --cache.\n", run.AssertFailed(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OfMoreBlocksThanTheWeightsHave_SaysHowManyThereAre()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "10");

        Assert.Matches("^--fine-tune is 10; the weights '.*' have 9 blocks: 1 to 9, auto or all is allowed.\n$", run.AssertFailed(2));
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_AtARateThatIsTooGreat_SaysThatItDiverged()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "all", "--learning-rate", "1e37");

        Assert.Matches(@"^The training diverged in step \d+ of epoch [12]: a lower --learning-rate than 1E\+37 is needed\.\n$", run.AssertFailed(1));
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
                File.WriteAllText(file, "no picture");
            }
        }

        CliRun run = await _folder.TrainAsync("--fine-tune", "1");

        string lost = string.Join(", ", DiscPictures.Classes.Skip(goodClasses));
        Assert.StartsWith($"No picture can be used in the class {lost}; every class needs at least one.", run.AssertFailed(1), StringComparison.Ordinal);
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_ValidatingOnBadPicturesAlone_Fails()
    {
        using var others = new DiscPictures(0);
        others.AddBad();

        // Only classes with pictures count.
        Directory.Delete(others.File("blue"));
        Directory.Delete(others.File("green"));

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1", "--validation", others.Path);

        Assert.StartsWith("None of the 1 pictures to validate on can be used.", run.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_IntoAFolderWithACheckpoint_IsRefused()
    {
        Directory.CreateDirectory(_folder.Checkpoint);
        await File.WriteAllTextAsync(_folder.CheckpointFile, "any", TestContext.Current.CancellationToken);

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1", "--checkpoint", _folder.Checkpoint);

        Assert.Equal(
            $"The checkpoint '{_folder.CheckpointFile}' is there already. Resume the training, restart it, or name another folder. "
            + "(--resume goes on with it, --restart begins anew.)\n",
            run.AssertFailed(1));
    }
}

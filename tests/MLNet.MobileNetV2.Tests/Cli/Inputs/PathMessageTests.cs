using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Inputs;

/// <summary>What commands say of paths that name something else than they need.</summary>
public sealed class PathMessageTests
{
    private const string Address = "https://example.org/photos";

    [Fact]
    public async Task Predict_OfAnAddress_SaysToDownloadIt()
    {
        using var model = new TrainedModel();

        CliRun run = await CliRun.InProcessAsync("predict", await model.PathAsync(), Address);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"{Address}: it is a URL", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("featurize")]
    public async Task Command_OnAnAddress_SaysToDownloadIt(string command)
    {
        using var folder = new TempFolder();

        string error = (await CliRun.InProcessAsync(command, Address, "-o", folder.File("out"), "--weights", "embedded")).AssertFailed(1);

        Assert.Contains($"'{Address}'", error, StringComparison.Ordinal);
        Assert.Contains("is a URL, which is not downloaded", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("featurize")]
    public async Task Command_OnAFeatureFile_SaysHowItIsTrainedOn(string command)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("f.parquet"), "PAR1\u0015\0\0"u8.ToArray());

        string error = (await CliRun.InProcessAsync(command, folder.File("f.parquet"), "-o", folder.File("out"), "--weights", "embedded"))
            .AssertFailed(1);

        Assert.Contains(
            $"Features are trained on with 'mobilenetv2 train --features {folder.File("f.parquet")}'.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_OfAFileThatIsNoText_SaysWhatIsNeeded()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("photo.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 0, 16]);

        string error = (
            await CliRun.InProcessAsync(
                "featurize", folder.File("photo.jpg"), "--output", folder.File("out"), "--weights", "embedded")).AssertFailed(1);

        Assert.Contains(
            "is not a text file; a folder of images is needed, or a list with one path a line", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_OfAListThroughAPipe_TakesAllOfIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes have no names in folders on Windows.");
        using var folder = new TempFolder();
        File.WriteAllLines(folder.File("list.txt"), Enumerable.Repeat(Repository.SampleFiles(1)[0], 200));
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", [folder.File("pipe")], folder.Path, null)).ExitCode);

        Task<ChildProcess> writer = ChildProcess.RunAsync(
            "sh", ["-c", $"cat '{folder.File("list.txt")}' > '{folder.File("pipe")}'"], folder.Path, null);
        CliRun run = await CliRun.InProcessAsync(
            "featurize", folder.File("pipe"), "--output", folder.File("out.parquet"), "--weights", "embedded");

        Assert.Equal((0, 0), (run.ExitCode, (await writer).ExitCode));
        Assert.StartsWith("200 images", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnAList_NamesTheTwoSteps()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("list.txt"), "a.jpg\trose\n");

        string error = (await CliRun.InProcessAsync("train", folder.File("list.txt"), "--output", folder.File("m.zip"))).AssertFailed(1);

        Assert.StartsWith(
            $"'{folder.File("list.txt")}' is a file; a folder with one sub-folder per class is needed.", error, StringComparison.Ordinal);
        Assert.Contains($"mobilenetv2 featurize {folder.File("list.txt")}", error, StringComparison.Ordinal);
        Assert.Contains("train --features", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list.csv", ",", "path,label\n")]
    [InlineData("list.txt", ",", "")]
    [InlineData("list.txt", ";", "")]
    public async Task Featurize_OfAListWithAnotherSeparator_SaysThatATabIsNeeded(string name, string separator, string head)
    {
        using var photos = new SampleFolder(1, "animal");
        string list = photos.PathOf(name);
        File.WriteAllText(list, $"{head}{Directory.GetFiles(photos.PathOf("animal"))[0]}{separator}animal\n");

        string error = (await FeaturizeAsync(photos, list)).AssertFailed(1);

        Assert.StartsWith($"The list '{list}' has '{separator}' between path and label", error, StringComparison.Ordinal);
        Assert.Contains("a tab is needed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_OfAListWhosePathsHoldCommas_Works()
    {
        using var photos = new SampleFolder(0);
        photos.AddPhoto("a, b.webp");
        File.WriteAllText(photos.PathOf("list.txt"), $"{photos.PathOf("a, b.webp")}\n{photos.PathOf("a, b.webp")}\tx, y\n");

        CliRun run = await FeaturizeAsync(photos, photos.PathOf("list.txt"));

        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static Task<CliRun> FeaturizeAsync(SampleFolder photos, string list) =>
        CliRun.InProcessAsync("featurize", list, "--output", photos.PathOf("out.parquet"), "--weights", "embedded");
}

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class TrainCommandErrorTests
{
    [Fact]
    public async Task Train_OnAMissingFolder_FailsNamingIt()
    {
        using var photos = new SampleFolder(0);

        string error = await FailAsync(photos, photos.PathOf("gone"));

        Assert.Contains(
            $"The image folder '{photos.PathOf("gone")}' cannot be used: there is no such folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnAnEmptyFolder_FailsSayingWhatIsNeeded()
    {
        using var photos = new SampleFolder(0);

        Assert.Contains("One sub-folder per class is needed", await FailAsync(photos), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnOneClass_FailsNamingIt()
    {
        using var photos = new SampleFolder(2, "animal");

        Assert.Contains("the only class is 'animal'; at least 2 are needed", await FailAsync(photos), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnAClassWithoutPictures_FailsNamingIt()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        Directory.CreateDirectory(photos.PathOf("plant"));

        Assert.Contains("no image lies in 'plant'", await FailAsync(photos), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnAClassOfBadPictures_FailsNamingItAndWhyTheyAreBad()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        photos.AddBadPhotos("food");
        IReadOnlyList<string> bad = photos.AddBadPhotos("plant");

        string error = await FailAsync(photos);

        Assert.Contains("no image can be used in the class plant; every class needs at least one.", error, StringComparison.Ordinal);
        Assert.All(bad, name => Assert.Contains($"{photos.Path}/{name}: ", error, StringComparison.Ordinal));
        Assert.DoesNotContain("food/", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ValidatingOnAClassThatIsNotTrained_FailsNamingIt()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        using var others = new SampleFolder(1, "animal", "building");

        string error = await FailAsync(photos, photos.Path, "--validation", others.Path);

        Assert.StartsWith(
            $"The image folder '{others.Path}' cannot be used: it has classes that '{photos.Path}'", error, StringComparison.Ordinal);
        Assert.EndsWith(" does not have: building.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ValidatingOnBadPicturesAlone_Fails()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        using var others = new SampleFolder(0);
        others.AddBadPhotos("animal");

        string error = await FailAsync(photos, photos.Path, "--validation", others.Path);

        Assert.Contains("none of the 3 images to validate on can be used.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_HoldingOutOfClassesOfOnePicture_Fails()
    {
        using var photos = new SampleFolder(1, "animal", "food");

        string error = await FailAsync(photos, photos.Path, "--validation", "0.5");

        Assert.Contains("can be held out to validate on: every class has only one", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone/model.zip", "there is no folder '")]
    [InlineData("animal", "is a folder; it must be a file.")]
    [InlineData("notes.txt/model.zip", "there is no folder '")]
    public async Task Train_ToAnOutputThatCannotBeWritten_FailsBeforeItReadsTheFolder(string output, string reason)
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("notes.txt"), "notes");
        string[] before = Entries(photos);

        CliRun run = await CliRun.InProcessAsync("train", photos.PathOf("gone"), "-o", photos.PathOf(output), "--weights", "embedded");

        string error = run.AssertFailed(1);
        Assert.StartsWith($"The output '{photos.PathOf(output)}' ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal(before, Entries(photos));
    }

    [Fact]
    public async Task Train_ThatFails_LeavesTheModelThatWasThere()
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("model.zip"), "old");

        await FailAsync(photos);

        Assert.Equal("old", File.ReadAllText(photos.PathOf("model.zip")));
    }

    [Theory]
    [InlineData("no weights", "its format is not supported")]
    [InlineData("", "it has 0 bytes")]
    public async Task Train_WithADamagedWeightFile_FailsNamingIt(string content, string reason)
    {
        using var photos = new SampleFolder(1, "animal", "food");
        string file = photos.PathOf("weights.tflite");
        File.WriteAllText(file, content);

        CliRun run = await CliRun.InProcessAsync("train", photos.Path, "--output", photos.PathOf("model.zip"), "--weights", file);

        string error = run.AssertFailed(1);
        Assert.StartsWith($"The weights '{file}' cannot be used: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private static Task<string> FailAsync(SampleFolder photos) => FailAsync(photos, photos.Path);

    private static async Task<string> FailAsync(SampleFolder photos, string folder, params string[] options)
    {
        string[] before = Entries(photos);
        CliRun run = await CliRun.InProcessAsync(
            ["train", folder, "--output", photos.PathOf("model.zip"), "--weights", "embedded", "--json", .. options]);
        Assert.Equal(before, Entries(photos));
        return run.AssertFailed(1);
    }

    private static string[] Entries(SampleFolder photos) =>
        [.. Directory.EnumerateFileSystemEntries(photos.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class PredictCommandTests(TrainedModel model)
{
    [Fact]
    public async Task Predict_WithJson_PrintsOneObjectAPicture()
    {
        using var photos = new SampleFolder(2, "animal");
        string file = Directory.GetFiles(photos.PathOf("animal")).Order(StringComparer.Ordinal).First();

        CliRun run = await PredictAsync([file], "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(["path", "label", "score", "top"], run.Json.EnumerateObject().Select(property => property.Name));
        JsonElement[] top = [.. run.Json.GetProperty("top").EnumerateArray()];
        double[] scores = [.. top.Select(entry => entry.GetProperty("score").GetDouble())];
        Assert.Equal(file, run.Json.GetProperty("path").GetString());
        Assert.All(top, entry => Assert.Equal(["label", "score"], entry.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(["animal", "building", "food"], top.Select(entry => entry.GetProperty("label").GetString()).Order());
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(1, scores.Sum(), 5);
        Assert.Equal(top[0].GetProperty("label").GetString(), run.Json.GetProperty("label").GetString());
        Assert.Equal(scores[0], run.Json.GetProperty("score").GetDouble());
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    [InlineData("1000", 3)]
    public async Task Predict_WithTop_ListsSoManyAndAtMostAllClasses(string top, int expected)
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await PredictAsync([photos.Path], "--json", "--top", top);

        Assert.Equal(expected, run.Json.GetProperty("top").GetArrayLength());
    }

    [Fact]
    public async Task Predict_WithoutJson_PrintsALineAPicture()
    {
        using var photos = new SampleFolder(1, "animal");
        string name = Path.GetFileName(Directory.GetFiles(photos.PathOf("animal")).Single());

        CliRun run = await PredictAsync([photos.PathOf("animal")], "--top", "2");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Matches($"^{Regex.Escape(photos.Path)}/animal/{name}: [a-z]+ [0-9.]+ %, [a-z]+ [0-9.]+ %\n$", run.Output);
    }

    [Fact]
    public async Task Predict_OnFolders_ReadsThemRecursivelyInOrdinalOrderAndSpellsPathsAsGiven()
    {
        using var photos = new SampleFolder(0);
        string[] names = ["B.WebP", "a/b.webp", "a.webp", "Z/deep/1.WEBP", "é.webp"];
        foreach (string name in names)
        {
            photos.AddPhoto(name);
        }

        File.WriteAllText(photos.PathOf("notes.txt"), "no image");
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), photos.Path);
        string[] expected = ["B.WebP", "Z/deep/1.WEBP", "a.webp", "a/b.webp", "é.webp"];

        CliRun run = await PredictAsync([relative, photos.Path + "/", photos.PathOf("a.webp")], "--json");

        Assert.Equal(
            [
                .. expected.Select(name => $"{relative}/{name}"),
                .. expected.Select(name => $"{photos.Path}/{name}"),
                photos.PathOf("a.webp"),
            ],
            run.JsonLines.Select(line => line.GetProperty("path").GetString()!));
    }

    [Fact]
    public async Task Predict_OnAFolderWithOtherFiles_SaysThatTheyAreLeftOut()
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("loose.heic"), "x");
        File.WriteAllText(photos.PathOf("animal/film.mov"), "x");
        File.WriteAllText(photos.PathOf("animal/Thumbs.db"), "x");

        CliRun run = await PredictAsync([photos.Path], "--json");

        Assert.Equal((0, 1), (run.ExitCode, run.JsonLines.Count));
        Assert.StartsWith($"Files in '{photos.Path}' whose names are not those of images (", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("left out: 1 with *.heic, 1 with *.mov.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OnAFolderOfOtherFilesAlone_SaysWhichThereAre()
    {
        using var photos = new SampleFolder(0);
        File.WriteAllText(photos.PathOf("1.heic"), "x");

        CliRun run = await PredictAsync([photos.Path]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("left out: 1 with *.heic.", run.Error, StringComparison.Ordinal);
        Assert.Contains("there is no image in it or below it", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OnAFolderWithALinkThatLeadsNowhere_NamesItAsTrainDoes()
    {
        using var photos = new SampleFolder(1, "animal");
        try
        {
            Directory.CreateSymbolicLink(photos.PathOf("share"), "/no/such/share");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"Symbolic links cannot be made here: {error.Message}");
        }

        CliRun predicted = await PredictAsync([photos.Path]);
        CliRun trained = await CliRun.InProcessAsync("train", photos.Path, "--output", photos.PathOf("m.zip"));

        Assert.Equal((1, 1), (predicted.ExitCode, trained.ExitCode));
        Assert.Contains($"the link '{photos.PathOf("share")}' leads to '/no/such/share'", predicted.Error, StringComparison.Ordinal);
        Assert.Contains($"the link '{photos.PathOf("share")}' leads to '/no/such/share'", trained.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithBadPhotosAmongGoodOnes_GoesOnAndGivesAnErrorLineForEach()
    {
        using var photos = new SampleFolder(0);
        photos.AddPhoto("animals/a.webp");
        IReadOnlyList<string> bad = photos.AddBadPhotos("animals");
        photos.AddPhoto("animals/c.webp", index: 1);
        Directory.CreateDirectory(photos.PathOf("empty"));

        CliRun run = await PredictAsync([photos.PathOf("animals"), photos.PathOf("gone.jpg"), photos.PathOf("empty"), ""], "--json");

        ILookup<bool, JsonElement> lines = run.JsonLines.ToLookup(line => line.TryGetProperty("error", out _));
        JsonElement[] errors = [.. lines[true]];
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["a.webp", "c.webp"], lines[false].Select(line => Path.GetFileName(line.GetProperty("path").GetString())));
        Assert.All(errors, line => Assert.Equal(["path", "error"], line.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            [.. bad.Select(name => $"{photos.Path}/{name}"), photos.PathOf("gone.jpg"), photos.PathOf("empty"), ""],
            errors.Select(line => line.GetProperty("path").GetString()!));
        Assert.Collection(
            errors.Select(line => line.GetProperty("error").GetString()!),
            error => Assert.Contains("truncated", error, StringComparison.Ordinal),
            error => Assert.StartsWith("the file is empty", error, StringComparison.Ordinal),
            error => Assert.Contains("begins with the text 'no image'", error, StringComparison.Ordinal),
            error => Assert.StartsWith("there is no file '", error, StringComparison.Ordinal),
            error => Assert.StartsWith("there is no image in it or below it.", error, StringComparison.Ordinal),
            error => Assert.Equal("the path is empty.", error));
        Assert.Equal("6 of 8 cannot be used.\n", run.Error);
    }

    [Fact]
    public async Task Predict_OfTheSamePhotoAfterABadOne_GivesTheSameScores()
    {
        using var photos = new SampleFolder(0);
        photos.AddPhoto("a.webp");
        IReadOnlyList<string> bad = photos.AddBadPhotos("bad");
        string good = photos.PathOf("a.webp");

        CliRun run = await PredictAsync([good, photos.PathOf(bad[0]), good, photos.PathOf(bad[1]), good], "--json");

        string[] lines = run.Output.Split('\n');
        Assert.Equal((lines[0], lines[0]), (lines[2], lines[4]));
    }

    [Fact]
    public async Task Predict_OfBadPhotosAlone_FailsWithAnErrorLineForEach()
    {
        using var photos = new SampleFolder(0);
        photos.AddBadPhotos("bad");

        CliRun run = await PredictAsync([photos.Path], "--json");

        Assert.Equal((1, "3 of 3 cannot be used.\n"), (run.ExitCode, run.Error));
        Assert.All(run.JsonLines, line => Assert.Equal(["path", "error"], line.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public async Task Predict_WithoutJson_NamesBadPhotosOnTheErrorWriterAlone()
    {
        using var photos = new SampleFolder(1, "animal");
        IReadOnlyList<string> bad = photos.AddBadPhotos("animal");

        CliRun run = await PredictAsync([photos.Path]);

        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(bad, name => Assert.Contains($"{photos.Path}/{name}: ", run.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("@1.webp")]
    [InlineData("-1.webp")]
    public async Task Predict_OfAFileThatIsNamedLikeAnOption_IsOfThatFile(string name)
    {
        using var photos = new SampleFolder(0);
        photos.AddPhoto(name);
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), photos.Path);

        CliRun run = await PredictAsync([$"{relative}/{name}"], "--json");

        Assert.Equal($"{relative}/{name}", run.Json.GetProperty("path").GetString());
    }

    private async Task<CliRun> PredictAsync(string[] images, params string[] options) =>
        await CliRun.InProcessAsync(["predict", await model.PathAsync(), .. images, .. options]);
}

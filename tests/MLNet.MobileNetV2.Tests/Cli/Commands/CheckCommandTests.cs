using System.Text.Json;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly SampleFolder _photos = new(6, "animal", "food");
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _photos.Dispose();
        _folder.Dispose();
        if (Directory.Exists(_photos.Path + "-set-aside"))
        {
            Directory.Delete(_photos.Path + "-set-aside", recursive: true);
        }
    }

    [Fact]
    public async Task Check_WithJson_PrintsOneObjectWithEveryField()
    {
        _photos.AddBadPhotos("food");
        _photos.AddClass("food/again", "animal", 1);

        CliRun run = await CheckAsync(_photos.Path, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                "images", "classes", "unreadable", "wronglyNamed", "exactDuplicates", "nearDuplicates", "conflictingLabels", "leakage",
                "likelyWrong", "outliers", "tiny", "blurred", "blank", "unusualShapes",
            ],
            run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(16, run.Json.GetProperty("images").GetInt32());
        Assert.Equal(3, run.Json.GetProperty("unreadable").GetArrayLength());
        JsonElement conflict = run.Json.GetProperty("conflictingLabels").EnumerateArray().Single();
        Assert.Equal(["a", "b", "kind", "similarity"], conflict.EnumerateObject().Select(property => property.Name));
        Assert.Equal("exact", conflict.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Check_WithoutJson_PrintsWhatWasFound()
    {
        _photos.AddBadPhotos("food");

        CliRun run = await CheckAsync(_photos.Path);

        Assert.StartsWith("15 images of 2 classes: animal 6, food 9\n3 cannot be read:\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("labels", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithAPlan_MovesAsideAndBack()
    {
        IReadOnlyList<string> bad = _photos.AddBadPhotos("food");
        string plan = _folder.File("fixes.json");

        CliRun check = await CheckAsync(_photos.Path, "--plan", plan);
        CliRun apply = await CliRun.InProcessAsync("check", "--apply", plan);
        bool areGone = bad.All(name => !File.Exists(_photos.PathOf(name)));
        CliRun undo = await CliRun.InProcessAsync("check", "--undo", plan);

        Assert.Equal((0, 0, 0), (check.ExitCode, apply.ExitCode, undo.ExitCode));
        Assert.Matches($"^[3-9] images were moved to '{_photos.Path}-set-aside'.\n$", apply.Output);
        Assert.Matches($"^[3-9] images were moved back to '{_photos.Path}'.\n$", undo.Output);
        Assert.True(areGone && bad.All(name => File.Exists(_photos.PathOf(name))));
    }

    [Fact]
    public async Task Check_Against_FindsWhatBothHave()
    {
        using var other = new SampleFolder(1, "animal");

        CliRun run = await CheckAsync(_photos.Path, "--against", other.Path, "--json");

        Assert.Equal("exact", Assert.Single(run.Json.GetProperty("leakage").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Check_WithAPlanThatIsNone_FailsNamingIt()
    {
        string plan = _folder.File("fixes.json");
        await File.WriteAllTextAsync(plan, "{}", TestContext.Current.CancellationToken);

        Assert.Contains(plan, (await CliRun.InProcessAsync("check", "--apply", plan)).AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains(
            "gone.json",
            (await CliRun.InProcessAsync("check", "--undo", _folder.File("gone.json"))).AssertFailed(1),
            StringComparison.Ordinal);
    }

    private static Task<CliRun> CheckAsync(params string[] arguments) =>
        CliRun.InProcessAsync(["check", .. arguments, "--weights", "embedded"]);
}

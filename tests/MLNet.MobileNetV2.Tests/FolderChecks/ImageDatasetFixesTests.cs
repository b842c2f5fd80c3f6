using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

public sealed class ImageDatasetFixesTests : IDisposable
{
    private readonly SampleFolder _photos = new(6, "animal", "food");
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _photos.Dispose();
        _folder.Dispose();
        if (Directory.Exists(Aside))
        {
            Directory.Delete(Aside, recursive: true);
        }
    }

    private string Aside => _photos.Path + "-set-aside";

    [Fact]
    public void Apply_MovesAside_AndUndoMovesBack()
    {
        IReadOnlyList<string> bad = _photos.AddBadPhotos("food");
        _photos.AddClass("animal/twice", "animal", 1);
        string[] before = _photos.Files;
        ImageDatasetFixes fixes = Plan();

        Assert.All(bad, name => Assert.Contains(fixes.Moves, move => move.To == $"{Aside}/unreadable/{name}"));
        Assert.Single(fixes.Moves, move => move.To.StartsWith($"{Aside}/duplicates/animal/", StringComparison.Ordinal));
        Assert.Equal(fixes.Moves.Count, fixes.Apply(Token));
        Assert.All(fixes.Moves, move => Assert.True(File.Exists(move.To) && !File.Exists(move.Path)));
        Assert.Equal(before.Length - fixes.Moves.Count, _photos.Files.Length);
        Assert.Equal(0, fixes.Apply(Token));
        Assert.Equal(fixes.Moves.Count, fixes.Undo(Token));
        Assert.Equal(before, _photos.Files);
        Assert.Equal(0, fixes.Undo(Token));
    }

    [Fact]
    public void Load_OfASavedPlan_IsThePlan()
    {
        _photos.AddBadPhotos("food");
        ImageDatasetFixes fixes = Plan();
        string path = _folder.File("fixes.json");
        fixes.Save(path);

        ImageDatasetFixes loaded = ImageDatasetFixes.Load(path);

        Assert.Equal(fixes.Moves, loaded.Moves);
        Assert.Equal((fixes.Folder, fixes.Aside), (loaded.Folder, loaded.Aside));
        Assert.Contains("unreadable/food/bad-cut.jpg", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OntoAFileThatIsThere_OverwritesNothing()
    {
        _photos.AddBadPhotos("food");
        ImageDatasetFixes fixes = Plan();
        Directory.CreateDirectory(Path.GetDirectoryName(fixes.Moves[0].To)!);
        File.WriteAllText(fixes.Moves[0].To, "kept");

        Assert.ThrowsAny<IOException>(() => fixes.Apply(Token));

        Assert.Equal("kept", File.ReadAllText(fixes.Moves[0].To));
        Assert.True(File.Exists(fixes.Moves[0].Path));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("null")]
    [InlineData("{\"folder\":\"a\",\"aside\":\"b\",\"moves\":[{\"path\":\"a/x.png\",\"to\":\"b/../c/x.png\",\"reason\":\"\"}]}")]
    [InlineData("{\"folder\":\"a\",\"aside\":\"b\",\"moves\":[{\"path\":\"/etc/passwd\",\"to\":\"b/x.png\",\"reason\":\"\"}]}")]
    [InlineData("{\"folder\":\"a\",\"aside\":\"b\",\"moves\":[{\"path\":null,\"to\":\"b/x.png\",\"reason\":\"\"}]}")]
    [InlineData("{\"folder\":\"a\",\"aside\":\"b\",\"moves\":[null]}")]
    public void Load_OfAnythingElse_SaysSo(string content)
    {
        string path = _folder.File("fixes.json");
        File.WriteAllText(path, content);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ImageDatasetFixes.Load(path)).Message, StringComparison.Ordinal);
    }

    private ImageDatasetFixes Plan() =>
        ImageDatasetFixes.Plan(_photos.Path, ImageDatasetCheck.Create(_photos.Path, cancellationToken: Token));
}

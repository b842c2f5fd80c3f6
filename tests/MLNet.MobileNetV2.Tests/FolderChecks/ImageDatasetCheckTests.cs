using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

public sealed class ImageDatasetCheckTests : IDisposable
{
    private readonly SampleFolder _photos = new(12, "animal", "building", "food");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _photos.Dispose();

    [Fact]
    public void Create_OnACleanFolder_FindsNothing()
    {
        ImageDatasetCheck check = Check();

        Assert.Equal(36, check.Images);
        Assert.Equal([new("animal", 12), new("building", 12), new("food", 12)], check.Classes);
        Assert.Empty(check.Unreadable);
        Assert.Empty(check.WronglyNamed);
        Assert.Empty(check.ExactDuplicates);
        Assert.Empty(check.NearDuplicates);
        Assert.Empty(check.ConflictingLabels);
        Assert.Empty(check.Leakage);
        Assert.Empty(check.Blurred);
        Assert.Empty(check.Blank);
    }

    [Fact]
    public void Create_WithDamagedFiles_ListsThem()
    {
        IReadOnlyList<string> bad = _photos.AddBadPhotos("food");

        ImageDatasetCheck check = Check();

        Assert.Equal((39, 15), (check.Images, check.Classes[2].Images));
        Assert.Equal(bad.Select(name => $"{_photos.Path}/{name}"), check.Unreadable.Select(image => image.Path));
    }

    [Fact]
    public void Create_WithAWrongExtension_NamesTheFormat()
    {
        File.Copy(_photos.Files[0], _photos.PathOf("animal/renamed.jpg"));
        File.Delete(_photos.Files[0]);

        WronglyNamedImage found = Assert.Single(Check().WronglyNamed);

        Assert.Equal(($"{_photos.Path}/animal/renamed.jpg", "WebP"), (found.Path, found.Format));
    }

    [Theory]
    [InlineData("copy", DuplicateKind.Copy)]
    [InlineData("small", DuplicateKind.Copy)]
    [InlineData("lighter", DuplicateKind.Brightness)]
    [InlineData("cropped", DuplicateKind.Cropped)]
    [InlineData("mirrored", DuplicateKind.Mirrored)]
    [InlineData("turned", DuplicateKind.Rotated)]
    public void Create_WithAChangedPhoto_FindsItAndHow(string change, DuplicateKind kind)
    {
        string name = Path.GetFileName(_photos.Files.First(file => file.StartsWith(_photos.PathOf("building"), StringComparison.Ordinal)));
        string original = $"{_photos.Path}/building/{name}";
        string changed = PhotoChanges.Save(original, change, _photos.PathOf("building/zz-changed.jpg"));

        DuplicateImages found = Assert.Single(Check().NearDuplicates);

        Assert.Equal((original, $"{_photos.Path}/building/zz-changed.jpg", kind), (found.First, found.Second, found.Kind));
        Assert.InRange(found.Similarity, 0.95, 1.0001);
        Assert.True(File.Exists(changed));
    }

    [Fact]
    public void Create_WithTheSameFileUnderTwoLabels_SaysSo()
    {
        _photos.AddClass("food/again", "animal", 1);

        ImageDatasetCheck check = Check();

        Assert.Equal(2, Assert.Single(check.ExactDuplicates).Count);
        Assert.Equal(DuplicateKind.Exact, Assert.Single(check.ConflictingLabels).Kind);
        Assert.Empty(check.NearDuplicates);
    }

    [Fact]
    public void Create_AgainstAFolderWithSomeOfThePhotos_FindsThose()
    {
        using var other = new SampleFolder(0);
        other.AddClass("animal", "animal", 2);
        other.AddClass("food", "food", 2, skip: 20);

        ImageDatasetCheck check = ImageDatasetCheck.Create(_photos.Path, new() { Against = other.Path }, Token);

        Assert.Equal(36, check.Images);
        Assert.Equal(2, check.Leakage.Count);
        Assert.All(check.Leakage, pair => Assert.StartsWith(_photos.Path, pair.First, StringComparison.Ordinal));
        Assert.All(check.Leakage, pair => Assert.StartsWith($"{other.Path}/animal/", pair.Second, StringComparison.Ordinal));
        Assert.Empty(check.ExactDuplicates);
    }

    [Fact]
    public void Create_AgainstItself_FindsEveryPhoto() =>
        Assert.Equal(36, ImageDatasetCheck.Create(_photos.Path, new() { Against = _photos.Path }, Token).Leakage.Count);

    [Fact]
    public void Create_WithPhotosInTheWrongClass_FindsThemAmongTheFirst()
    {
        using var photos = new SampleFolder(30, "animal", "building", "food");
        photos.AddClass("building/wrong", "food", 3, skip: 40);

        ImageDatasetCheck check = ImageDatasetCheck.Create(photos.Path, cancellationToken: Token);

        LikelyWrongLabel[] found =
            [.. check.LikelyWrong.Take(8).Where(photo => photo.Path.Contains("/wrong/", StringComparison.Ordinal))];
        Assert.InRange(found.Length, 2, 3);
        Assert.All(found, photo => Assert.Equal(("building", "food"), (photo.Label, photo.Suggested)));
        Assert.All(found, photo => Assert.InRange(photo.Probability, 0.5f, 1));
    }

    [Fact]
    public void Create_WithBlankTinyBlurredAndLongPhotos_FindsThem()
    {
        Save("animal/black.png", Pictures.Paint(200, 200, (_, _) => new(0, 0, 0)));
        Save("animal/tiny.png", Pictures.Paint(40, 50, (x, y) => new((byte)(6 * x), (byte)(5 * y), (byte)(x * y))));
        Save("animal/long.png", Pictures.Paint(400, 100, (x, y) => new((byte)(x / 2), (byte)(y * 2), (byte)(x ^ y))));
        Save("animal/soft.png", Pictures.Paint(300, 300, (x, y) => new((byte)(127 + (120 * Math.Sin(x / 60.0))), (byte)(y / 2), 90)));

        ImageDatasetCheck check = Check();

        Assert.Equal([$"{_photos.Path}/animal/black.png"], check.Blank);
        Assert.Equal([$"{_photos.Path}/animal/tiny.png"], check.Tiny);
        Assert.Equal([$"{_photos.Path}/animal/long.png"], check.UnusualShapes);
        Assert.Equal([$"{_photos.Path}/animal/soft.png"], check.Blurred);
    }

    [Fact]
    public void Create_WithOnePhotoAClass_FindsNoLikelyWrongLabels()
    {
        using var few = new SampleFolder(1, "animal", "food");

        Assert.Empty(ImageDatasetCheck.Create(few.Path, cancellationToken: Token).LikelyWrong);
    }

    [Fact]
    public void Create_WithAnImpossibleOption_NamesIt()
    {
        Assert.Contains("Folds is 1", Message(new() { Folds = 1 }), StringComparison.Ordinal);
        Assert.Contains("TinySide is -1", Message(new() { TinySide = -1 }), StringComparison.Ordinal);
        Assert.ThrowsAny<OperationCanceledException>(() => ImageDatasetCheck.Create(_photos.Path, null, new(canceled: true)));
        Assert.Throws<ImageFolderException>(() => ImageDatasetCheck.Create(_photos.PathOf("gone"), null, Token));

        string Message(ImageDatasetCheckOptions options) =>
            Assert.ThrowsAny<ArgumentException>(() => ImageDatasetCheck.Create(_photos.Path, options, Token)).Message;
    }

    private ImageDatasetCheck Check() => ImageDatasetCheck.Create(_photos.Path, cancellationToken: Token);

    private void Save(string name, SKBitmap picture)
    {
        File.WriteAllBytes(_photos.PathOf(name), picture.EncodeAs(SKEncodedImageFormat.Png));
        picture.Dispose();
    }
}

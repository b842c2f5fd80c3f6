using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class ImageFolderLoadTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Load_WithClasses_GivesTextColumnsAndOneRowAPicture()
    {
        using var tree = new PictureTree("a/1.jpg", "a/2.jpg", "b/1.jpg");

        IDataView view = Load(tree);

        Assert.Equal(
            [("ImagePath", TextDataViewType.Instance), ("Label", TextDataViewType.Instance)],
            view.Schema.Select(column => (column.Name, (TextDataViewType)column.Type)));
        Assert.Equal(3, view.GetRowCount());
        Assert.Equal([tree.PathOf("a/1.jpg"), tree.PathOf("a/2.jpg"), tree.PathOf("b/1.jpg")], view.GetColumn<string>("ImagePath"));
        Assert.Equal(["a", "a", "b"], view.GetColumn<string>("Label"));
    }

    [Fact]
    public void Load_ReadTwice_GivesTheSameOrder()
    {
        using var tree = new PictureTree("a/1.jpg", "a/2.jpg", "b/1.jpg");
        IDataView view = Load(tree);

        Assert.Equal(view.GetColumn<string>("ImagePath").ToArray(), view.GetColumn<string>("ImagePath").ToArray());
    }

    [Fact]
    public void Load_Shuffled_GivesEveryRowInAnotherOrder()
    {
        using var tree = new PictureTree(Enumerable.Range(0, 50).SelectMany(number => new[] { $"a/{number}.jpg", $"b/{number}.jpg" }));
        IDataView view = Load(tree);

        string[] shuffled = [.. _mlContext.Data.ShuffleRows(view, seed: 3).GetColumn<string>("ImagePath")];

        Assert.True(view.CanShuffle);
        Assert.NotEqual(view.GetColumn<string>("ImagePath"), shuffled);
        Assert.Equal(view.GetColumn<string>("ImagePath").Order(StringComparer.Ordinal), shuffled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_AfterTheFolderHasChanged_GivesWhatWasThere()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");
        IDataView view = Load(tree);

        tree.Add("b/2.jpg");

        Assert.Equal(2, view.GetColumn<string>("ImagePath").Count());
    }

    [Fact]
    public void Load_WithOptions_ObeysThem()
    {
        using var tree = new PictureTree("a/1.jpg");

        Assert.Throws<ImageFolderException>(() => Load(tree));
        Assert.Equal(1, Load(tree, new() { MinimumClasses = 1 }).GetRowCount());
    }

    [Fact]
    public void Load_WhenCancelled_Stops()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");

        Assert.Throws<OperationCanceledException>(
            () => ImageFolder.Load(_mlContext.Data, tree.Path, cancellationToken: new(canceled: true)));
    }

    [Fact]
    public void Load_WithoutACatalog_Throws() =>
        Assert.Throws<ArgumentNullException>("catalog", () => ImageFolder.Load(null!, "flowers", cancellationToken: TestStop));

    private IDataView Load(PictureTree tree, ImageFolderOptions? options = null) =>
        ImageFolder.Load(_mlContext.Data, tree.Path, options, TestStop);

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;
}

using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

public sealed class ImageFolderCrossValidationTests : IDisposable
{
    private readonly SampleFolder _photos = new(10, "animal", "building", "food");
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _photos.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_TestsEachImageOnce_ByAHeadThatWasNotTrainedOnIt()
    {
        ImageFolderCrossValidationResult result = ImageFolderCrossValidation.Run(
            _photos.Path, new() { Folds = 3, Report = new() { TopLosses = 100 }, Head = new() }, Token);

        Assert.Equal((30, 3), (result.Overall.Images, result.Folds.Count));
        Assert.Equal([10, 10, 10], result.Folds.Select(fold => fold.Images));
        Assert.Equal(30, result.Folds.SelectMany(fold => fold.TopLosses).Select(image => image.Path).Distinct().Count());
        Assert.Equal(["animal", "building", "food"], result.Overall.Classes);
        Assert.Equal(result.Folds.Average(fold => fold.Accuracy), result.Overall.Accuracy, 9);
        Assert.InRange(result.Overall.Accuracy, 0.7, 1);
        Assert.Empty(result.SkippedImages);
        Assert.Equal("embedded", result.Weights.Model!.Name);

        // The same loss by ML.NET's own pipeline on the images that the first fold left.
        ImageLoss[] tested = [.. result.Folds[0].TopLosses];
        Assert.Equal(tested.Average(image => image.Loss), StockLoss([.. tested.Select(image => image.Path!)]), 3);
    }

    [Fact]
    public void Run_RepeatsWithTheSeedAndFromACache()
    {
        using var cache = new SqliteFeatureCache(_folder.Path);
        var options = new ImageFolderCrossValidationOptions { Folds = 2, Cache = cache };

        ImageFolderCrossValidationResult first = ImageFolderCrossValidation.Run(_photos.Path, options, Token);
        ImageFolderCrossValidationResult again = ImageFolderCrossValidation.Run(_photos.Path, options, Token);
        ImageFolderCrossValidationResult other = ImageFolderCrossValidation.Run(
            _photos.Path, new() { Folds = 2, Cache = cache, Seed = 2 }, Token);

        Assert.Equal(first.Overall.LogLoss, again.Overall.LogLoss);
        Assert.NotEqual(first.Overall.LogLoss, other.Overall.LogLoss);
    }

    [Fact]
    public void Run_WithGroups_NeverTestsAnImageBesideOneOfItsGroup()
    {
        // Each image twice, under names that begin alike.
        foreach (string file in _photos.Files)
        {
            File.Copy(file, Path.ChangeExtension(file, null) + "_again" + Path.GetExtension(file));
        }

        ImageFolderCrossValidationResult single = Run(grouping: null);
        ImageFolderCrossValidationResult grouped = Run(ImageGrouping.Prefix("[^_.]+"));

        Assert.True(single.Overall.LogLoss < grouped.Overall.LogLoss, "Twins on both sides must flatter.");
        foreach (ClassificationReport fold in grouped.Folds)
        {
            string[] names = [.. fold.TopLosses.Select(image => Path.GetFileNameWithoutExtension(image.Path!).Split('_')[0])];
            Assert.Equal(names.Length, 2 * names.Distinct().Count());
        }

        ImageFolderCrossValidationResult Run(ImageGrouping? grouping) => ImageFolderCrossValidation.Run(
            _photos.Path, new() { Folds = 5, Grouping = grouping, Report = new() { TopLosses = 100 } }, Token);
    }

    [Fact]
    public void Run_WithAClassOfOneImage_TrainsOnItAndWarns()
    {
        _photos.AddClass("vehicle", "vehicle", 1);
        var warnings = new List<string>();

        ImageFolderCrossValidationResult result = ImageFolderCrossValidation.Run(
            _photos.Path, new() { Folds = 2, Warning = warnings.Add }, Token);

        Assert.Equal((30, 4), (result.Overall.Images, result.Overall.Classes.Count));
        Assert.Equal("Classes with fewer than two images, or groups of images, are not tested: vehicle.", Assert.Single(warnings));
    }

    [Fact]
    public void Run_WithBadImages_LeavesThemOutAndListsThem()
    {
        IReadOnlyList<string> bad = _photos.AddBadPhotos("food");

        ImageFolderCrossValidationResult result = ImageFolderCrossValidation.Run(_photos.Path, new() { Folds = 2 }, Token);

        Assert.Equal(30, result.Overall.Images);
        Assert.Equal(bad.Select(name => $"{_photos.Path}/{name}"), result.SkippedImages.Select(image => image.Path));
    }

    [Fact]
    public void Run_WithOneImageAClass_SaysThatNothingCanBeTested()
    {
        using var few = new SampleFolder(1, "animal", "food");

        Assert.Contains(
            "2 folds need at least 2 images that can be tested; there are 0",
            Assert.Throws<ImageFolderException>(() => ImageFolderCrossValidation.Run(few.Path, new() { Folds = 2 }, Token)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAnImpossibleOption_NamesIt()
    {
        Assert.Contains("Folds is 1; it must be 2 to 1000.", Message(new() { Folds = 1 }), StringComparison.Ordinal);
        Assert.Contains("L2Regularization", Message(new() { Head = new() { L2Regularization = -1 } }), StringComparison.Ordinal);
        Assert.Contains("Resamples", Message(new() { Report = new() { Resamples = -1 } }), StringComparison.Ordinal);

        string Message(ImageFolderCrossValidationOptions options) =>
            Assert.ThrowsAny<ArgumentException>(() => ImageFolderCrossValidation.Run(_photos.Path, options, Token)).Message;
    }

    [Fact]
    public void Run_ThatIsCancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => ImageFolderCrossValidation.Run(_photos.Path, cancellationToken: new(canceled: true)));

    private double StockLoss(HashSet<string> tested)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder(_photos.Path);
        IDataView training = mlContext.Data.FilterByCustomPredicate<Row>(photos, row => tested.Contains(row.ImagePath));
        IDataView held = mlContext.Data.FilterByCustomPredicate<Row>(photos, row => !tested.Contains(row.ImagePath));
        using var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath"))
            .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Fit(training);
        return mlContext.MulticlassClassification.Evaluate(model.Transform(held)).LogLoss;
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}

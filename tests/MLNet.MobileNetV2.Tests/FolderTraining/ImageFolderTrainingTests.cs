using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.FeatureCache;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>The one call from a folder to a model.</summary>
public sealed class ImageFolderTrainingTests : IDisposable
{
    private readonly SampleFolder _photos = new(4, "food", "animal");

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    public void Dispose() => _photos.Dispose();

    [Fact]
    public void Run_WithAFraction_GivesTheModelAndItsMeasures()
    {
        using ImageFolderTrainingResult result = ImageFolderTraining.Run(
            _photos.Path, new() { Weights = WeightsSource.Embedded, ValidationFraction = 0.25 }, TestStop);

        Assert.Equal(["animal", "food"], result.Classes);
        Assert.Equal((6, 2), (result.TrainingImages, result.Validation!.Images));
        Assert.Equal("embedded", result.Weights.Model!.Name);
        Assert.Equal((FineTuneBlocks.HeadOnly, null), (result.FineTunedBlocks, result.Trial));
        Assert.Empty(result.SkippedImages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WithKeepFeatures_HasThoseOfTheImagesThatWereTrainedOn(bool keeps)
    {
        using ImageFolderTrainingResult result = Run(
            new() { Weights = WeightsSource.Embedded, ValidationFraction = 0.25, KeepFeatures = keeps });

        Assert.Equal(keeps ? 6 : null, result.TrainingFeatures?.GetColumn<float[]>("Features").Count(features => features.Length == 1280));
        Assert.Equal(keeps, result.TrainingFeatures?.GetColumn<string>("Label").Contains("animal") ?? false);
    }

    [Fact]
    public void Save_WritesAModelThatPredictsFromAPathAlone()
    {
        string path = _photos.PathOf("model.zip");
        using (ImageFolderTrainingResult result = Run(new() { Weights = WeightsSource.Embedded }))
        {
            Assert.Null(result.Validation);
            result.Save(path);
        }

        var mlContext = new MLContext();
        ITransformer model = mlContext.LoadModel(path, out DataViewSchema schema);
        using (model as IDisposable)
        {
            Assert.Equal(["ImagePath"], schema.Select(column => column.Name));
        }

        using var predictor = MobileNetV2Predictor.Load(path);
        Assert.Equal("animal", predictor.Predict(Directory.GetFiles(_photos.PathOf("animal"))[0], cancellationToken: TestStop)[0].Label);
    }

    [Fact]
    public void Run_WithBadPhotosAndOtherFiles_ListsTheOnesAndWarnsOfTheOthers()
    {
        IReadOnlyList<string> bad = _photos.AddBadPhotos("food");
        File.WriteAllText(_photos.PathOf("food/1.heic"), "x");
        var warnings = new List<string>();

        using ImageFolderTrainingResult result = Run(new() { Weights = WeightsSource.Embedded, Warning = warnings.Add });

        Assert.Equal(bad.Select(name => $"{_photos.Path}/{name}"), result.SkippedImages.Select(image => image.Path));
        Assert.EndsWith("are left out: 1 with *.heic.", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithProgress_TellsTheFractionUpToOne()
    {
        var fractions = new List<double>();
        var progress = new DirectProgress<ImageFolderTrainingProgress>(state => fractions.Add(state.Fraction));

        using ImageFolderTrainingResult result = Run(new() { Weights = WeightsSource.Embedded, Progress = progress });

        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1]);
    }

    [Fact]
    public void Run_WithACache_TakesFeaturesFromIt()
    {
        var cache = new MemoryCache();
        var options = new ImageFolderTrainingOptions { Weights = WeightsSource.Embedded, Cache = cache };

        using ImageFolderTrainingResult first = Run(options);
        using ImageFolderTrainingResult again = Run(options);

        Assert.NotEqual(0, cache.Count);
        Assert.Equal(first.Classes, again.Classes);
    }

    [Fact]
    public void Run_OfMoreBlocksThanTheWeightsHave_NamesBoth()
    {
        var options = new ImageFolderTrainingOptions { Weights = WeightsSource.From(TinyNetwork.Weights), FineTuneBlocks = 10 };

        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Run(options)).Message;

        Assert.StartsWith("FineTuneBlocks is 10; the weights '", message, StringComparison.Ordinal);
        Assert.Contains("at most 9, or all", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithoutAnImageThatCanBeUsedInAClass_NamesTheClass()
    {
        _photos.AddBadPhotos("plant");

        string reason = Assert.Throws<ImageFolderException>(() => Run(new() { Weights = WeightsSource.Embedded })).Reason;

        Assert.StartsWith("no image can be used in the class plant;", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WhenCancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => ImageFolderTraining.Run(_photos.Path, cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void Run_WithAnOptionThatIsNotAllowed_NamesIt()
    {
        (string Expected, ImageFolderTrainingOptions Options)[] cases =
        [
            ("ValidationFraction is 1; it must be from 0 to below 1.", new() { ValidationFraction = 1 }),
            ("ValidationFraction and ValidationFolder are both given", new() { ValidationFraction = 0.2, ValidationFolder = "photos" }),
            ("FineTuneIfBetter compares with the head alone", new() { FineTuneIfBetter = true }),
            ("Cache keeps features, and fine-tuning changes them", new() { Cache = new MemoryCache(), FineTuneBlocks = 1 }),
            (
                "Patience needs images to validate on: give ValidationFraction or ValidationFolder.",
                new() { FineTuneBlocks = 1, FineTuning = new() { Patience = 2 } }),
            ("Epochs is 0", new() { FineTuning = new() { Epochs = 0 } }),
        ];

        Assert.All(cases, item => Assert.Contains(
            item.Expected, Assert.ThrowsAny<ArgumentException>(() => Run(item.Options)).Message, StringComparison.Ordinal));
    }

    private ImageFolderTrainingResult Run(ImageFolderTrainingOptions options) => ImageFolderTraining.Run(_photos.Path, options, TestStop);
}

using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>A model gets more images and classes without those that it was trained on.</summary>
public sealed class ImageFolderGrowthTests : IDisposable
{
    private readonly GrowthFolder _folder = new();

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_WithANewClass_KnowsItAndTheOldOnes()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 12);
        using SampleFolder others = Others("animal", "building", "food");

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(
            _folder.ModelPath, _folder.More.Path, new() { ValidationFolder = others.Path }, TestStop);

        Assert.Equal(["animal", "building", "food"], grown.Classes);
        Assert.Equal(["building"], grown.NewClasses);
        Assert.Equal((12, 36), (grown.AddedImages, grown.KnownImages));
        Assert.Empty(grown.SkippedImages);
        Assert.InRange(grown.Validation!.Accuracy, 0.8, 1);
        Assert.All(grown.Validation.PerClass, one => Assert.InRange(one.Recall, 0.5, 1));
    }

    [Fact]
    public void Run_InSteps_IsAboutAsGoodAsAllAtOnce()
    {
        _folder.Train();
        using SampleFolder others = Others("animal", "building", "food", "vehicle");
        foreach (string label in (string[])["building", "vehicle"])
        {
            using var added = new SampleFolder(12, label);
            using ImageFolderGrowthResult step = ImageFolderGrowth.Run(_folder.ModelPath, added.Path, cancellationToken: TestStop);
            step.Save(_folder.ModelPath);
        }

        using var all = new SampleFolder(12, "animal", "building", "food", "vehicle");
        using ImageFolderTrainingResult atOnce = ImageFolderTraining.Run(
            all.Path, new() { Weights = WeightsSource.Embedded, ValidationFolder = others.Path }, TestStop);
        using var predictor = MobileNetV2Predictor.Load(_folder.ModelPath);

        double accuracy = others.Files.Average(file =>
            predictor.Predict(file, cancellationToken: TestStop)[0].Label == Path.GetFileName(Path.GetDirectoryName(file)) ? 1.0 : 0);
        Assert.InRange(accuracy, atOnce.Validation!.Accuracy - 0.15, 1);
    }

    [Fact]
    public void Run_WithMoreImagesOfAClass_CountsThemWithTheOthers()
    {
        _folder.Train();
        _folder.More.AddClass("food", "food", 8, skip: 12);

        using ImageFolderGrowthResult grown = _folder.Grow();

        Assert.Equal(["animal", "food"], grown.Classes);
        Assert.Empty(grown.NewClasses);
        Assert.Equal((8, 32), (grown.AddedImages, grown.KnownImages));
        Assert.Null(grown.Validation);
    }

    [Fact]
    public void Save_OverTheModelItself_WritesOneThatLoadsWithMlNetAlone()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 6);
        using (ImageFolderGrowthResult grown = _folder.Grow())
        {
            grown.Save(_folder.ModelPath);
        }

        ITransformer model = new MLContext().LoadModel(_folder.ModelPath, out DataViewSchema schema);
        using (model as IDisposable)
        {
            Assert.Equal(["ImagePath"], schema.Select(column => column.Name));
            Assert.Equal(["animal", "building", "food"], ClassNames.Of(model.GetOutputSchema(schema)["Score"]));
        }
    }

    [Fact]
    public void Run_WithBadPhotos_ListsThem()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);
        IReadOnlyList<string> bad = _folder.More.AddBadPhotos("building");

        using ImageFolderGrowthResult grown = _folder.Grow();

        Assert.Equal(
            bad.Select(name => $"{_folder.More.Path}/{name}"),
            grown.SkippedImages.Select(image => image.Path).Order(StringComparer.Ordinal));
        Assert.Equal(4, grown.AddedImages);
    }

    [Fact]
    public void Run_OfAModelWithUnknownImages_KeepsTheirName()
    {
        _folder.Train(new() { Weights = WeightsSource.Embedded, UnknownLabel = "none" });
        _folder.More.AddClass("building", "building", 12);
        string path = _folder.Photos.PathOf("grown.zip");
        using (ImageFolderGrowthResult grown = _folder.Grow())
        {
            grown.Save(path);
        }

        using var predictor = MobileNetV2Predictor.Load(path);
        Assert.Equal("none", predictor.UnknownLabel);
        double refused = _folder.More.Files.Average(file => predictor.Predict(file, cancellationToken: TestStop)[0].IsUnknown ? 1.0 : 0);
        Assert.InRange(refused, 0, 0.5);
    }

    [Fact]
    public void Run_WithProgress_TellsTheFractionUpToOne()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);
        var fractions = new List<double>();

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(
            _folder.ModelPath,
            _folder.More.Path,
            new() { Progress = new DirectProgress<ImageFolderTrainingProgress>(state => fractions.Add(state.Fraction)) },
            TestStop);

        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1]);
    }

    [Fact]
    public void Run_WithOtherFiles_WarnsOfThem()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);
        File.WriteAllText(_folder.More.PathOf("building/1.heic"), "x");
        var warnings = new List<string>();

        using ImageFolderGrowthResult grown = _folder.Grow(new() { Warning = warnings.Add });

        Assert.EndsWith("are left out: 1 with *.heic.", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_AreTheSameForTheSameImages()
    {
        _folder.Train();
        byte[] first = _folder.Statistics;
        _folder.Train();

        Assert.Equal(first, _folder.Statistics);
    }

    private static SampleFolder Others(params string[] labels)
    {
        var others = new SampleFolder(0);
        foreach (string label in labels)
        {
            others.AddClass(label, label, 8, skip: 20);
        }

        return others;
    }
}

using System.IO.Compression;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>A model gets more images and classes without those that it was trained on.</summary>
public sealed class ImageFolderGrowthTests : IDisposable
{
    private const string StatisticsEntry = "MobileNetV2/statistics.safetensors";

    private readonly SampleFolder _photos = new(12, "food", "animal");
    private readonly SampleFolder _more = new(0);

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    private string ModelPath => _photos.PathOf("model.zip");

    public void Dispose()
    {
        _photos.Dispose();
        _more.Dispose();
    }

    [Fact]
    public void Run_WithANewClass_KnowsItAndTheOldOnes()
    {
        Train();
        _more.AddClass("building", "building", 12);
        using SampleFolder others = Others("animal", "building", "food");

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(
            ModelPath, _more.Path, new() { ValidationFolder = others.Path }, TestStop);

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
        Train();
        using SampleFolder others = Others("animal", "building", "food", "vehicle");
        foreach (string label in (string[])["building", "vehicle"])
        {
            using var added = new SampleFolder(12, label);
            using ImageFolderGrowthResult step = ImageFolderGrowth.Run(ModelPath, added.Path, cancellationToken: TestStop);
            step.Save(ModelPath);
        }

        using var all = new SampleFolder(12, "animal", "building", "food", "vehicle");
        using ImageFolderTrainingResult atOnce = ImageFolderTraining.Run(
            all.Path, new() { Weights = WeightsSource.Embedded, ValidationFolder = others.Path }, TestStop);
        using var predictor = MobileNetV2Predictor.Load(ModelPath);

        double accuracy = others.Files.Average(file =>
            predictor.Predict(file, cancellationToken: TestStop)[0].Label == Path.GetFileName(Path.GetDirectoryName(file)) ? 1.0 : 0);
        Assert.InRange(accuracy, atOnce.Validation!.Accuracy - 0.15, 1);
    }

    [Fact]
    public void Run_WithMoreImagesOfAClass_CountsThemWithTheOthers()
    {
        Train();
        _more.AddClass("food", "food", 8, skip: 12);

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(ModelPath, _more.Path, cancellationToken: TestStop);

        Assert.Equal(["animal", "food"], grown.Classes);
        Assert.Empty(grown.NewClasses);
        Assert.Equal((8, 32), (grown.AddedImages, grown.KnownImages));
        Assert.Null(grown.Validation);
    }

    [Fact]
    public void Save_OverTheModelItself_WritesOneThatLoadsWithMlNetAlone()
    {
        Train();
        _more.AddClass("building", "building", 6);
        using (ImageFolderGrowthResult grown = ImageFolderGrowth.Run(ModelPath, _more.Path, cancellationToken: TestStop))
        {
            grown.Save(ModelPath);
        }

        ITransformer model = new MLContext().LoadModel(ModelPath, out DataViewSchema schema);
        using (model as IDisposable)
        {
            Assert.Equal(["ImagePath"], schema.Select(column => column.Name));
            Assert.Equal(["animal", "building", "food"], ClassNames.Of(model.GetOutputSchema(schema)["Score"]));
        }
    }

    [Fact]
    public void Run_WithBadPhotos_ListsThem()
    {
        Train();
        _more.AddClass("building", "building", 4);
        IReadOnlyList<string> bad = _more.AddBadPhotos("building");

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(ModelPath, _more.Path, cancellationToken: TestStop);

        Assert.Equal(
            bad.Select(name => $"{_more.Path}/{name}"), grown.SkippedImages.Select(image => image.Path).Order(StringComparer.Ordinal));
        Assert.Equal(4, grown.AddedImages);
    }

    [Fact]
    public void Run_OfAModelWithUnknownImages_KeepsTheirName()
    {
        Train(new() { Weights = WeightsSource.Embedded, UnknownLabel = "none" });
        _more.AddClass("building", "building", 12);
        string path = _photos.PathOf("grown.zip");
        using (ImageFolderGrowthResult grown = ImageFolderGrowth.Run(ModelPath, _more.Path, cancellationToken: TestStop))
        {
            grown.Save(path);
        }

        using var predictor = MobileNetV2Predictor.Load(path);
        Assert.Equal("none", predictor.UnknownLabel);
        double refused = _more.Files.Average(file => predictor.Predict(file, cancellationToken: TestStop)[0].IsUnknown ? 1.0 : 0);
        Assert.InRange(refused, 0, 0.5);
    }

    [Fact]
    public void Run_WithProgress_TellsTheFractionUpToOne()
    {
        Train();
        _more.AddClass("building", "building", 4);
        var fractions = new List<double>();

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(
            ModelPath,
            _more.Path,
            new() { Progress = new DirectProgress<ImageFolderTrainingProgress>(state => fractions.Add(state.Fraction)) },
            TestStop);

        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1]);
    }

    [Fact]
    public void Run_WithOtherFiles_WarnsOfThem()
    {
        Train();
        _more.AddClass("building", "building", 4);
        File.WriteAllText(_more.PathOf("building/1.heic"), "x");
        var warnings = new List<string>();

        using ImageFolderGrowthResult grown = ImageFolderGrowth.Run(ModelPath, _more.Path, new() { Warning = warnings.Add }, TestStop);

        Assert.EndsWith("are left out: 1 with *.heic.", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OfAModelWithoutStatistics_SaysHowToKeepThem()
    {
        Train(new() { Weights = WeightsSource.Embedded, KeepsStatistics = false });
        _more.AddClass("building", "building", 4);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Grow());

        AssertMessage.Tells(error.Message, ModelPath, "keeps no statistics", "KeepsStatistics");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no safetensors at all, and not even long")]
    public void Run_OfAModelWithDamagedStatistics_SaysSo(string content)
    {
        Train();
        _more.AddClass("building", "building", 4);
        using (ZipArchive zip = ZipFile.Open(ModelPath, ZipArchiveMode.Update))
        {
            zip.GetEntry(StatisticsEntry)!.Delete();
            using Stream stream = zip.CreateEntry(StatisticsEntry).Open();
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
        }

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Grow());

        AssertMessage.Tells(error.Message, ModelPath, "are damaged");
    }

    [Fact]
    public void Run_OfAModelWithTheStatisticsOfAnother_SaysSo()
    {
        Train();
        byte[] own = Statistics(ModelPath);
        using var others = new SampleFolder(6, "building", "food");
        using (ImageFolderTrainingResult other = ImageFolderTraining.Run(others.Path, new() { Weights = WeightsSource.Embedded }, TestStop))
        {
            other.Save(ModelPath);
        }

        using (ZipArchive zip = ZipFile.Open(ModelPath, ZipArchiveMode.Update))
        {
            zip.GetEntry(StatisticsEntry)!.Delete();
            using Stream stream = zip.CreateEntry(StatisticsEntry).Open();
            stream.Write(own);
        }

        _more.AddClass("vehicle", "vehicle", 4);
        AssertMessage.Tells(Assert.Throws<InvalidDataException>(() => Grow()).Message, ModelPath, "are of other classes than its own");
    }

    [Fact]
    public void Run_WithOnlyBadPhotosInAClass_NamesIt()
    {
        Train();
        _more.AddBadPhotos("building");

        ImageFolderException error = Assert.Throws<ImageFolderException>(() => Grow());

        AssertMessage.Tells(error.Message, "no image can be used in the class building", "bad-");
    }

    [Fact]
    public void Run_WithValidationOfAnotherClass_NamesItAndTheClasses()
    {
        Train();
        _more.AddClass("building", "building", 4);
        using var others = new SampleFolder(2, "vehicle");

        ImageFolderException error = Assert.Throws<ImageFolderException>(
            () => ImageFolderGrowth.Run(ModelPath, _more.Path, new() { ValidationFolder = others.Path }, TestStop));

        AssertMessage.Tells(error.Message, others.Path, "vehicle", "animal, building, food");
    }

    [Fact]
    public void Run_WithoutTheModelOrTheFolder_NamesThem()
    {
        Assert.Throws<FileNotFoundException>(() => ImageFolderGrowth.Run("absent.zip", _more.Path, cancellationToken: TestStop));
        Train();
        ImageFolderException error = Assert.Throws<ImageFolderException>(
            () => ImageFolderGrowth.Run(ModelPath, "absent", cancellationToken: TestStop));
        AssertMessage.Tells(error.Message, "absent");
    }

    [Fact]
    public void Run_WithACancelledToken_StopsAndLeavesNothingBehind()
    {
        Train();
        _more.AddClass("building", "building", 4);

        Assert.ThrowsAny<OperationCanceledException>(
            () => ImageFolderGrowth.Run(ModelPath, _more.Path, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Statistics_AreTheSameForTheSameImages()
    {
        Train();
        byte[] first = Statistics(ModelPath);
        Train();

        Assert.Equal(first, Statistics(ModelPath));
    }

    private static byte[] Statistics(string model)
    {
        using ZipArchive zip = ZipFile.OpenRead(model);
        using Stream stream = zip.GetEntry(StatisticsEntry)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
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

    private void Train(ImageFolderTrainingOptions? options = null)
    {
        foreach (string file in Directory.GetFiles(_photos.Path))
        {
            File.Delete(file);
        }

        using ImageFolderTrainingResult result =
            ImageFolderTraining.Run(_photos.Path, options ?? new() { Weights = WeightsSource.Embedded }, TestStop);
        result.Save(ModelPath);
    }

    private void Grow() => ImageFolderGrowth.Run(ModelPath, _more.Path, cancellationToken: TestStop).Dispose();
}

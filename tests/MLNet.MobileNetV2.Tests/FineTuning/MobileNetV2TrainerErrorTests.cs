using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class MobileNetV2TrainerErrorTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(4);

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fit_WithABadPicture_ThrowsNamingTheFile(int blocks)
    {
        string bad = _pictures.AddBad();

        BadImageException error = Assert.Throws<BadImageException>(
            () => TinyNetwork.Options(blocks).Fit(_mlContext, _pictures.Keyed(_mlContext)));

        Assert.Equal(bad, error.Path);
        Assert.Contains(bad, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fit_LeavingBadPicturesOut_ReportsThemAndTrainsOnTheOthers(int blocks)
    {
        IDataView good = _pictures.Keyed(_mlContext);
        float[][] expected = TinyNetwork.Options(blocks).FitAndScore(_mlContext, good);
        string bad = _pictures.AddBad();
        var found = new List<BadImage>();
        MobileNetV2TrainerOptions options = TinyNetwork.Options(blocks).With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(
            its => its.BadImageFound, found.Add);

        using var model = options.Fit(_mlContext, _pictures.Keyed(_mlContext));

        BadImage image = Assert.Single(found);
        Assert.Equal(bad, image.Path);
        Assert.Contains("no image", image.Reason, StringComparison.Ordinal);
        float[][] scores = model.Transform(_pictures.Keyed(_mlContext)).Features("Score");
        Assert.Equal(expected, scores[..^1]);
        Assert.All(model.Transform(_pictures.Keyed(_mlContext)).Features()[^1], value => Assert.Equal(float.NaN, value));
    }

    [Fact]
    public void Fit_OnMissingImagesThatAreLeftOut_ReportsThem()
    {
        ImageRow[] rows =
            [.. _pictures.Rows.Select(row => new ImageRow { Label = row.Label, Image = MLImage.CreateFromFile(row.ImagePath) })];
        rows[2].Image!.Dispose();
        rows[2].Image = null;
        var found = new List<BadImage>();
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.InputColumnName, "Image").With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(
                its => its.BadImageFound, found.Add);

        options.Fit(_mlContext, DiscPictures.Keyed(_mlContext, rows)).Dispose();

        Assert.Null(Assert.Single(found).Path);
        Array.ForEach(rows, row => row.Image?.Dispose());
    }

    [Fact]
    public void Fit_OnPixels_SaysWhatIsNeeded()
    {
        var pipeline = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 32, 32))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image"));
        IDataView data = _pictures.Keyed(_mlContext);
        IDataView pixels = pipeline.Fit(data).Transform(data);
        MobileNetV2Trainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2(
            TinyNetwork.Options().With(its => its.InputColumnName, "Pixels"));
        const string Expected =
            "The image column 'Pixels' holds pixels; training makes views of images: it needs a column of paths, encoded images or images.";

        Assert.Equal(Expected, Assert.Throws<ArgumentException>(() => trainer.Fit(pixels)).Message);
        Assert.Equal(Expected, Assert.Throws<ArgumentException>(() => pipeline.Append(trainer).Fit(data)).Message);
    }

    [Fact]
    public void Fit_OfMoreBlocksThanThereAre_SaysHowManyThereAre()
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(
            () => TinyNetwork.Options(TinyNetwork.Blocks + 1).Fit(_mlContext, _pictures.Keyed(_mlContext)));

        Assert.Contains(
            "The last 10 blocks are to be trained; this network has 9: 0 to 9, or all, are allowed.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutTheImageColumn_NamesTheColumnsThereAre() => Assert.StartsWith(
        "The image column 'Photo' is not in the data, which has: ImagePath, Label",
        Assert.Throws<ArgumentException>(
            () => (TinyNetwork.Options().With(its => its.InputColumnName, "Photo")).Fit(_mlContext, _pictures.Keyed(_mlContext))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Fit_OnALabelOfNumbers_ShowsHowToMakeAKey() => Assert.Contains(
        "MapValueToKey(\"Number\")",
        Assert.Throws<ArgumentException>(() => TinyNetwork.Options()
            .With(its => its.LabelColumnName, "Number")
            .Fit(_mlContext, _mlContext.Data.LoadFromEnumerable(_pictures.Rows))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fit_OnOneClass_NamesIt(int blocks) => Assert.Contains(
        "All 4 rows of the training data are of the class 'red' of the label column 'Label'",
        Assert.Throws<InvalidOperationException>(
            () => TinyNetwork.Options(blocks).Fit(_mlContext, DiscPictures.Keyed(_mlContext, _pictures.Rows[8..]))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Fit_OnOneClassWhoseLabelIsANumber_NamesIt()
    {
        IDataView photos = _mlContext.Data.LoadFromEnumerable(
            _pictures.Rows.Select(row => new PhotoRow { ImagePath = row.ImagePath, Number = 30 }));
        IDataView keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(photos).Transform(photos);

        Assert.Contains(
            "are of the class '30' of the label column 'Label'",
            Assert.Throws<InvalidOperationException>(() => TinyNetwork.Options().Fit(_mlContext, keyed)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fit_OnNoRows_SaysSo(int blocks) => Assert.Equal(
        "The training data has no rows.",
        Assert.Throws<InvalidOperationException>(
            () => TinyNetwork.Options(blocks).Fit(_mlContext, DiscPictures.Keyed<PhotoRow>(_mlContext, []))).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fit_OnBadPicturesAlone_SaysSo(int blocks)
    {
        PhotoRow[] rows = [.. _pictures.Rows.Select(row => new PhotoRow { ImagePath = row.ImagePath + ".missing", Label = row.Label })];
        MobileNetV2TrainerOptions options = TinyNetwork.Options(blocks).With(its => its.OnBadImage, BadImageHandling.MissingFeatures);

        Assert.Equal(
            $"None of the {rows.Length} images to train on can be used.",
            Assert.Throws<InvalidOperationException>(() => options.Fit(_mlContext, DiscPictures.Keyed(_mlContext, rows))).Message);
    }

    [Fact]
    public void Fit_WhoseLossIsNotFiniteAnyMore_SaysInWhichStepAndWhatHelps()
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(
            tuning => tuning with
            {
                Optimizer = OptimizerKind.Sgd,
                LearningRate = 1e30,
                HeadLearningRate = 1e30,
                WarmUpEpochs = 0,
                ClipGradient = 0,
            });

        string message = Assert.Throws<TrainingDivergedException>(() => options.Fit(_mlContext, _pictures.Keyed(_mlContext))).Message;

        Assert.Matches(
            @"^The training diverged: .* in step \d of epoch \d\. Lower the learning rates: LearningRate and HeadLearningRate\.$", message);
    }

    private sealed class ImageRow
    {
        public string Label { get; set; } = string.Empty;

        [UnsizedImage]
        public MLImage? Image { get; set; }
    }
}

using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>A predictor gives the scores of the model that it was made of.</summary>
public class MobileNetV2PredictorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private const int All = 6;

    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<MobileNetV2FeaturizerOptions?> Featurizers() =>
        [(MobileNetV2FeaturizerOptions?)null, Photos.Options, Photos.Options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures)];

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Predict_OfFittedLoadedAndSavedModels_GivesTheirScores(MobileNetV2FeaturizerOptions? options)
    {
        using var model = new PhotoModel(options);
        using var folder = new TempFolder();
        model.Save(folder.File("model.zip"));
        ITransformer loaded = _mlContext.LoadModel(folder.File("model.zip"));
        using MobileNetV2Predictor ofFitted = model.Predictor();
        using MobileNetV2Predictor ofLoaded = MobileNetV2Predictor.Create(loaded);
        (loaded as IDisposable)?.Dispose();
        using MobileNetV2Predictor ofFile = MobileNetV2Predictor.Load(folder.File("model.zip"));

        Assert.All(new[] { ofFitted, ofLoaded, ofFile }, predictor =>
        {
            Assert.Equal(PhotoModel.Labels, predictor.Labels);
            float[][] found = [.. PhotoModel.Files.Select(file => PhotoModel.InOrder(predictor.Predict(file, All, Token)))];
            Assert.InRange(Photos.MaxDifference(model.Scores, found), 0, 1e-5);
        });
    }

    [Fact]
    public void Predict_OfAReleasedModel_GivesItsScores()
    {
        string path = Path.Combine(Repository.Root, "tests", "MLNet.MobileNetV2.Tests", "Fixtures", "model-1.0.0-preview.1.zip");
        ITransformer model = _mlContext.LoadModel(path);
        using (model as IDisposable)
        {
            float[][] expected = model.Transform(_mlContext.Data.LoadFromEnumerable(Photos.Rows(1))).Features("Score");
            using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(path);

            float[][] found = [.. Repository.SampleFiles(1).Select(file => PhotoModel.InOrder(predictor.Predict(file, All, Token)))];

            Assert.InRange(Photos.MaxDifference(expected, found), 0, 1e-5);
        }
    }

    [Fact]
    public void Predict_WithAModelOfEncodedPictures_GivesItsScores()
    {
        var rows = PhotoModel.Files.Select(
            (file, number) => new EncodedPhotoRow { Bytes = File.ReadAllBytes(file), Number = number % 3 }).ToArray();
        IDataView photos = Keyed(_mlContext.Data.LoadFromEnumerable(rows));
        using var model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.InputColumnName, "Bytes"))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head()).Fit(photos);
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Create(model);

        float[][] found = [.. PhotoModel.Files.Select(file => PhotoModel.InOrder(predictor.Predict(file, All, Token)))];

        Assert.Equal(["0", "1", "2"], predictor.Labels);
        Assert.InRange(Photos.MaxDifference(model.Transform(photos).Features("Score"), found), 0, 1e-5);
    }

    [Fact]
    public void Predict_WithAModelOfImages_DecodesByItself()
    {
        IDataView photos = Keyed(_mlContext.Data.LoadFromEnumerable(Photos.Rows(2)));
        using var model = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "Image", WeightsSource.Embedded))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head()).Fit(photos);
        using var folder = new TempFolder();
        _mlContext.Model.Save(model, photos.Schema, folder.File("model.zip"));
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(folder.File("model.zip"));

        float[][] found = [.. PhotoModel.Files.Select(file => PhotoModel.InOrder(predictor.Predict(file, All, Token)))];

        // ML.NET's decoder keeps colours multiplied by alpha, which costs a rounding or two.
        Assert.InRange(Photos.MaxDifference(model.Transform(photos).Features("Score"), found), 0, 0.02);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(6, 6)]
    [InlineData(100, 6)]
    public void Predict_OfTheTopClasses_GivesTheBestFirst(int? top, int expected)
    {
        using var model = new PhotoModel();
        using MobileNetV2Predictor predictor = model.Predictor();

        IReadOnlyList<ClassScore> scores = predictor.Predict(PhotoModel.Files[0], top, cancellationToken: Token);

        Assert.Equal(expected, scores.Count);
        Assert.Equal(scores.OrderByDescending(score => score.Score), scores);
        Assert.Equal(model.Scores[0].Max(), scores[0].Score, 1e-5);
        Assert.All(scores, score => Assert.Equal(PhotoModel.Labels[score.Index], score.Label));
    }

    [Fact]
    public void Load_LeavesNeitherAnOpenFileNorATemporaryOne()
    {
        using var model = new PhotoModel();
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        model.Save(path);

        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(path);
        File.Delete(path);

        Assert.Empty(folder.Names());
        Assert.NotEmpty(predictor.Predict(PhotoModel.Files[0], cancellationToken: Token));
    }

    [Fact]
    public void Create_FromAModel_LeavesItToTheCaller()
    {
        using var model = new PhotoModel();
        model.Predictor().Dispose();

        using MobileNetV2Predictor again = model.Predictor();

        Assert.NotEmpty(again.Predict(PhotoModel.Files[0], cancellationToken: Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(3)]
    public void Predict_WithAnyNumberOfThreads_GivesTheSame(int intraOpThreadCount)
    {
        using var model = new PhotoModel();
        using MobileNetV2Predictor predictor = model.Predictor(new() { IntraOpThreadCount = intraOpThreadCount });

        Assert.InRange(
            Photos.MaxDifference([model.Scores[3]], [PhotoModel.InOrder(predictor.Predict(PhotoModel.Files[3], All, Token))]), 0, 1e-5);
    }

    [Fact]
    public void Predict_Again_AllocatesNoLargeObject()
    {
        using var model = new PhotoModel(Photos.Options);
        using MobileNetV2Predictor predictor = model.Predictor();
        string path = PhotoModel.Files[0];
        predictor.Predict(path, cancellationToken: Token);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 20; i++)
        {
            predictor.Predict(path, cancellationToken: Token);
        }

        // A large object begins at 85,000 bytes; the 20 calls together stay below five.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 20 * 20_000);
    }

    private IDataView Keyed(IDataView rows)
    {
        string label = rows.Schema.GetColumnOrNull("Label") is null ? "Number" : "Label";
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", label).Fit(rows).Transform(rows);
    }
}

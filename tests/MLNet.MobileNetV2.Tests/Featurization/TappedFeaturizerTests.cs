using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization;

/// <summary>Features of any block and of other networks, in process and from a saved model.</summary>
public class TappedFeaturizerTests
{
    private const int Size = 32;

    private static readonly MobileNetV2Weights s_narrow = RandomWeights.Create(
        8, RandomWeights.Narrow(), new ImagePreprocessing { Size = Size });

    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<int?, bool> Taps() => new MatrixTheoryData<int?, bool>([null, 1, 4, 9], [true, false]);

    [Theory]
    [MemberData(nameof(Taps))]
    public void Transform_AtEveryTap_GivesTheOutputOfThatBlockAndSoDoesTheLoadedModel(int? block, bool isPooled)
    {
        var tap = new FeatureTap(block, isPooled);
        PixelsRow[] rows = [.. Enumerable.Range(1, 3).Select(seed => new PixelsRow { Pixels = Pixels(seed) })];
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        var options = new MobileNetV2FeaturizerOptions { InputColumnName = "Pixels", Weights = WeightsSource.From(s_narrow), Tap = tap };
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);

        float[][] features = featurizer.Transform(data).Features();

        float[][] expected =
            [.. rows.Select(row => (float[])[.. NaiveNetwork.Features(s_narrow, row.Pixels, tap).Select(value => (float)value)])];
        Assert.Contains(expected[0], value => Math.Abs(value) > 0.05);
        Assert.InRange(Photos.MaxDifference(expected, features), 0, 1e-3);
        var type = new VectorDataViewType(NumberDataViewType.Single, tap.ShapeOf(s_narrow.Architecture, Size).Prepend(1).ToArray());
        Assert.Equal(type, featurizer.GetOutputSchema(data.Schema)["Features"].Type);
        WithLoaded(featurizer, data.Schema, loaded =>
        {
            Assert.Equal(type, loaded.GetOutputSchema(data.Schema)["Features"].Type);
            Assert.InRange(Photos.MaxDifference(features, loaded.Transform(data).Features()), 0, 1e-5);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transform_OfABadPicture_GivesMissingFeaturesOfTheTapsShape(bool isPooled)
    {
        using var folder = new TempFolder();
        string bad = folder.File("empty.jpg");
        File.WriteAllBytes(bad, []);
        IDataView data = _mlContext.Data.LoadFromEnumerable([PhotoRow.Of(Repository.SampleFiles(1)[0], 0), PhotoRow.Of(bad, 1)]);
        MobileNetV2FeaturizerOptions options = Photos.Options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(
            its => its.Tap, new(5, isPooled));
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);
        float[][] features = featurizer.Transform(data).Features();

        Assert.Equal(new FeatureTap(5, isPooled), MobileNetV2FeaturizerInfo.Find(featurizer)!.Tap);
        WithLoaded(featurizer, data.Schema, loaded =>
        {
            Assert.Equal(new FeatureTap(5, isPooled), MobileNetV2FeaturizerInfo.Find(loaded)!.Tap);
            float[][] again = loaded.Transform(data).Features();
            Assert.InRange(Photos.MaxDifference([features[0]], [again[0]]), 0, 1e-5);
            Assert.All([features[1], again[1]], row => Assert.All(row, value => Assert.True(float.IsNaN(value))));
            Assert.Equal(isPooled ? 32 : 32 * 28 * 28, again[1].Length);
        });
    }

    [Theory]
    [InlineData(0.35, 96, 1280)]
    [InlineData(1.4, 64, 1792)]
    public void Pipeline_OnAnotherWidth_TrainsSavesAndLoads(double width, int size, int featureCount)
    {
        var network = new MobileNetV2Architecture(0, width, resolution: size);
        MobileNetV2Weights weights = RandomWeights.Create(2, network, new ImagePreprocessing { Size = size });
        IDataView photos = _mlContext.Data.LoadFromEnumerable(Photos.Rows(3));
        IDataView keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos);
        using var model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.From(weights))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Fit(keyed);
        float[][] scores = model.Transform(photos).Features("Score");

        Assert.Equal(
            new VectorDataViewType(NumberDataViewType.Single, 1, featureCount), model.GetOutputSchema(photos.Schema)["Features"].Type);
        WithLoaded(
            model,
            photos.Schema,
            loaded => Assert.InRange(Photos.MaxDifference(scores, loaded.Transform(photos).Features("Score")), 0, 1e-5));
    }

    [Fact]
    public void Fit_WithABlockThatIsNotThere_NamesThoseThatAre()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        MobileNetV2FeaturizerEstimator estimator = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            Photos.Options.With(its => its.Tap, new(18)));

        Assert.Contains("block 18; 0 to 17", Assert.Throws<ArgumentException>(() => estimator.Fit(data)).Message, StringComparison.Ordinal);
    }

    private static float[] Pixels(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 3 * Size * Size).Select(_ => (float)random.Next(256))];
    }

    private void WithLoaded(ITransformer model, DataViewSchema schema, Action<ITransformer> use)
    {
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        _mlContext.Model.Save(model, schema, path);
        ITransformer loaded = _mlContext.LoadModel(path);
        using (loaded as IDisposable)
        {
            use(loaded);
        }
    }

    private sealed class PixelsRow
    {
        [VectorType(3, Size, Size)]
        public float[] Pixels { get; set; } = [];
    }
}

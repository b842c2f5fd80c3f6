using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>Class activation maps beside the model's own scores, and beside features that were not pooled.</summary>
public sealed class PredictorExplainTests(TrainedModel model) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string[] _photos = [.. Repository.SampleFiles(2)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Explain_OfEachClass_HasTheLogitsOfThePredictedScores()
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        foreach (string photo in _photos)
        {
            IReadOnlyList<ClassScore> scores = predictor.Predict(photo, top: 3, Token);
            ImageExplanation[] explained = [.. Enumerable.Range(0, 3).Select(index => predictor.Explain(photo, index, Token))];

            double sum = explained.Sum(one => Math.Exp(one.Logit));
            Assert.All(explained, one => Assert.Equal(Math.Exp(one.Logit) / sum, one.Score, 1e-5));
            Assert.All(scores, score => Assert.Equal(score.Score, explained[score.Index].Score, 1e-5));
            Assert.All(explained, one => Assert.Equal(one.Logit - one.Bias, one.Map.ToArray().Average(), 1e-4));
            Assert.Equal((7, 49), (explained[0].Side, explained[0].Map.Length));
            Assert.Equal(scores[0], new ClassScore(
                predictor.Explain(photo, null, Token).Index, predictor.Explain(photo, null, Token).Label, scores[0].Score));
        }
    }

    [Fact]
    public async Task Explain_GivesTheClassifierAtEachPlaceOfTheLastMap()
    {
        string path = await model.PathAsync();
        var mlContext = new MLContext(seed: 1);
        ITransformer loaded = mlContext.LoadModel(path);
        using var disposal = loaded as IDisposable;
        VBuffer<float>[] weights = [];
        Parameters((TransformerChain<ITransformer>)loaded).GetWeights(ref weights, out _);
        IDataView photos = mlContext.Data.LoadFromEnumerable([new PathRow { ImagePath = _photos[0] }]);
        using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            new MobileNetV2FeaturizerOptions { Tap = new FeatureTap(IsPooled: false) }).Fit(photos);
        float[] map = featurizer.Transform(photos).GetColumn<float[]>("Features").Single();
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(path);

        for (int c = 0; c < 3; c++)
        {
            float[] own = [.. weights[c].DenseValues()];
            double[] expected =
            [
                .. Enumerable.Range(0, 49).Select(
                    place => own.Select((weight, channel) => (double)weight * map[(channel * 49) + place]).Sum()),
            ];
            Assert.All(
                expected.Zip(predictor.Explain(_photos[0], c, Token).Map.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }
    }

    [Fact]
    public async Task Explain_OfBytesAndAsync_IsThatOfTheFile()
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        ImageExplanation expected = predictor.Explain(_photos[0], 1, Token);

        ImageExplanation bytes = predictor.Explain(await File.ReadAllBytesAsync(_photos[0], Token), 1, Token);
        ImageExplanation later = await predictor.ExplainAsync(_photos[0], 1, Token);

        Assert.Equal(expected.Map.ToArray(), bytes.Map.ToArray());
        Assert.Equal(expected.Map.ToArray(), later.Map.ToArray());
        Assert.Equal((expected.ImageWidth, expected.ImageHeight), (bytes.ImageWidth, bytes.ImageHeight));
    }

    [Fact]
    public void Explain_OfAPretrainedNetwork_HasItsOwnClasses()
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.CreatePretrained(cancellationToken: Token);

        ImageExplanation found = predictor.Explain(_photos[0], null, Token);

        ClassScore best = predictor.Predict(_photos[0], 1, Token)[0];
        Assert.Equal((best.Index, best.Label), (found.Index, found.Label));
        Assert.Equal(best.Score, found.Score, 1e-5);
    }

    [Fact]
    public void Explain_OfAModelOnFeaturesThatAreNotPooled_SaysThatItCannot()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromEnumerable(
            _photos.Select((path, index) => new LabelledRow { ImagePath = path, Label = index % 2 == 0 ? "a" : "b" }));
        using var flat = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions
            {
                Tap = new FeatureTap(17, IsPooled: false),
            }))
            .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Fit(photos);
        using var predictor = MobileNetV2Predictor.Create(flat);

        Assert.NotEmpty(predictor.Predict(_photos[0], 1, Token));
        Assert.Contains(
            "does not take the means of the network's last maps",
            Assert.Throws<NotSupportedException>(() => predictor.Explain(_photos[0], null, Token)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfWhatCannotBeExplained_NamesIt()
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        string bad = _folder.File("bad.jpg");
        await File.WriteAllTextAsync(bad, "no image", Token);

        Assert.Contains(
            "classIndex is 3; it must be 0 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => predictor.Explain(_photos[0], 3, Token)).Message,
            StringComparison.Ordinal);
        Assert.Equal(bad, Assert.Throws<BadImageException>(() => predictor.Explain(bad, null, Token)).Path);
        Assert.Throws<ArgumentNullException>("path", () => predictor.Explain((string)null!, null, Token));
        Assert.ThrowsAny<OperationCanceledException>(() => predictor.Explain(_photos[0], null, new(canceled: true)));
        predictor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => predictor.Explain(_photos[0], null, Token));
    }

    private static MaximumEntropyModelParameters Parameters(TransformerChain<ITransformer> chain) =>
        chain.OfType<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>().Single().Model;

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class LabelledRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}

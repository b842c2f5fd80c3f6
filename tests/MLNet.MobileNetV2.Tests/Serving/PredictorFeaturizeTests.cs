using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>A predictor's features beside those of the model's own featurizer.</summary>
public sealed class PredictorFeaturizeTests(TrainedModel model)
{
    private readonly string[] _photos = [.. Repository.SampleFiles(2)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Featurize_GivesTheFeaturesOfTheModel()
    {
        string path = await model.PathAsync();
        var mlContext = new MLContext(seed: 1);
        ITransformer loaded = mlContext.LoadModel(path);
        using var disposal = loaded as IDisposable;
        float[][] expected =
            loaded.Transform(mlContext.Data.LoadFromEnumerable(_photos.Select(photo => new PathRow { ImagePath = photo }))).Features();
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(path);

        float[][] found = [.. _photos.Select(photo => predictor.Featurize(photo, Token))];

        Assert.Equal(1280, found[0].Length);
        Assert.InRange(Photos.MaxDifference(expected, found), 0, 1e-5);
    }

    [Fact]
    public async Task Featurize_OfBytesOrOnAnotherThread_GivesTheSame()
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        float[] expected = predictor.Featurize(_photos[0], Token);

        Assert.Equal(expected, predictor.Featurize(await File.ReadAllBytesAsync(_photos[0], Token), Token));
        Assert.Equal(expected, await predictor.FeaturizeAsync(_photos[0], Token));
    }

    [Fact]
    public async Task Featurize_OfWhatIsNoImage_SaysSo()
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());

        Assert.Equal("gone.jpg", Assert.Throws<BadImageException>(() => predictor.Featurize("gone.jpg", Token)).Path);
        await Assert.ThrowsAsync<BadImageException>(() => predictor.FeaturizeAsync("gone.jpg", Token));
        Assert.Throws<BadImageException>(() => predictor.Featurize("no image"u8.ToArray(), Token));
    }

    [Fact]
    public async Task Featurize_AfterDisposal_Throws()
    {
        MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        predictor.Featurize(_photos[0], Token);
        predictor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => predictor.Featurize(_photos[0], Token));
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}

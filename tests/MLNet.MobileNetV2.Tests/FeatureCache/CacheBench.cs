using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>Small images in a folder, a narrow network, and a cache to featurize them with.</summary>
internal sealed class CacheBench : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>The context.</summary>
    public MLContext MlContext { get; } = new(seed: 1);

    /// <summary>The cache.</summary>
    public IFeatureCache Cache { get; } = new MemoryCache();

    public static ImagePreprocessing Preprocessing { get; } = new() { Size = 32 };

    public static MobileNetV2Weights Weights { get; } = RandomWeights.Create(8, RandomWeights.Narrow(), Preprocessing);

    /// <summary>Paints so many images, beginning with a number.</summary>
    /// <returns>Their paths.</returns>
    public string[] Paint(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(number =>
    {
        string path = PathOf($"{number:D4}.png");
        using SKBitmap picture = Pictures.Photo(33 + (number % 7), 40 + (number / 7));
        File.WriteAllBytes(path, picture.EncodeAs(SKEncodedImageFormat.Png));
        return path;
    })];

    public string PathOf(string name) => _folder.File(name);

    /// <summary>Featurizes images with the cache.</summary>
    public Run Featurize(string[] paths, Func<MobileNetV2FeaturizerOptions, MobileNetV2FeaturizerOptions>? change = null)
    {
        var options = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(Weights), Cache = Cache };
        options = change?.Invoke(options) ?? options;
        IDataView data = MlContext.Data.LoadFromEnumerable(paths.Select(path => new PhotoRow { ImagePath = path }));
        using MobileNetV2FeaturizerTransformer featurizer = MlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);
        return new(featurizer.Transform(data).Features(), featurizer.CacheHits);
    }

    /// <summary>Featurizes images without the cache.</summary>
    public float[][] Expected(string[] paths) => Featurize(paths, options => options.With(its => its.Cache, null)).Features;

    public void Dispose() => _folder.Dispose();

    /// <summary>What came out, and how many rows of it from the cache.</summary>
    internal sealed record Run(float[][] Features, long Hits);
}

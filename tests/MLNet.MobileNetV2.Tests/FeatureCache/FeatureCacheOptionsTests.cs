using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

public sealed class FeatureCacheOptionsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void CacheKey_ThatIsNone_IsNamedWithWhatIsAllowed() => Assert.Contains(
        "CacheKey is 7; it must be one of Content, PathSizeTime",
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
                new MobileNetV2FeaturizerOptions { CacheKey = (FeatureCacheKey)7 })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Defaults_AreThoseOfTheDocumentation()
    {
        var options = new MobileNetV2FeaturizerOptions();

        Assert.Null(options.Cache);
        Assert.Equal(FeatureCacheKey.Content, options.CacheKey);
    }

    [Fact]
    public void Fit_OnAColumnWithoutKeys_SaysWhichIsNeeded()
    {
        IDataView images = _mlContext.Data.LoadFromEnumerable<DecodedPhotoRow>([]);
        IDataView encoded = _mlContext.Data.LoadFromEnumerable<EncodedPhotoRow>([]);
        IDataView pixels = _mlContext.Data.LoadFromEnumerable<PixelRow>([]);

        Assert.Contains("a column of paths or encoded images", Error(images, "Image", FeatureCacheKey.Content), StringComparison.Ordinal);
        Assert.Contains("a column of paths or encoded images", Error(pixels, "Pixels", FeatureCacheKey.Content), StringComparison.Ordinal);
        Assert.Contains("'Bytes' holds the bytes of encoded images (Vector<Byte>); a FeatureCacheKey of PathSizeTime needs a column "
            + "of paths.", Error(encoded, "Bytes", FeatureCacheKey.PathSizeTime), StringComparison.Ordinal);
    }

    private string Error(IDataView data, string column, FeatureCacheKey key) => Assert.Throws<ArgumentException>(
        () => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions
        {
            InputColumnName = column, Weights = WeightsSource.From(CacheBench.Weights), Cache = new MemoryCache(), CacheKey = key,
        }).Fit(data)).Message;

    private sealed class PixelRow
    {
        [VectorType(3, 32, 32)]
        public float[] Pixels { get; set; } = [];
    }
}

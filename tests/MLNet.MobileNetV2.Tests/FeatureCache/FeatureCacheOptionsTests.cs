using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

public sealed class FeatureCacheOptionsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Options_OutOfRange_AreNamedWithWhatIsAllowed()
    {
        var good = new FeatureCacheOptions { Folder = "cache" };
        (FeatureCacheOptions Options, string Message)[] wrong =
        [
            (good with { Folder = " " }, "Folder"),
            (good with { Key = (FeatureCacheKey)7 }, "Key must be Content or PathSizeTime"),
            (good with { MaxBytes = (1024 * 1024) - 1 }, "MaxBytes must be 1048576 or more"),
            (good with { RowsPerPart = 0 }, "RowsPerPart must be 1 to 65536"),
            (good with { RowsPerPart = 65_537 }, "RowsPerPart must be 1 to 65536"),
        ];

        Assert.All(wrong, option => Assert.Contains(
            option.Message,
            Assert.ThrowsAny<ArgumentException>(
                () => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions { Cache = option.Options })).Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_AreThoseOfTheDocumentation()
    {
        var options = new FeatureCacheOptions { Folder = "cache" };

        Assert.Equal((FeatureCacheKey.Content, 1L << 30, 256), (options.Key, options.MaxBytes, options.RowsPerPart));
        Assert.Null(new MobileNetV2FeaturizerOptions().Cache);
    }

    [Fact]
    public void Fit_OnAColumnWithoutKeys_SaysWhichIsNeeded()
    {
        IDataView images = _mlContext.Data.LoadFromEnumerable<DecodedPhotoRow>([]);
        IDataView encoded = _mlContext.Data.LoadFromEnumerable<EncodedPhotoRow>([]);
        IDataView pixels = _mlContext.Data.LoadFromEnumerable<PixelRow>([]);

        Assert.Contains("a column of paths or encoded pictures", Error(images, "Image", FeatureCacheKey.Content), StringComparison.Ordinal);
        Assert.Contains("a column of paths or encoded pictures", Error(pixels, "Pixels", FeatureCacheKey.Content), StringComparison.Ordinal);
        Assert.Contains("'Bytes' holds the bytes of encoded pictures (Vector<Byte>); a FeatureCacheKey of PathSizeTime needs a column of paths.", Error(encoded, "Bytes", FeatureCacheKey.PathSizeTime), StringComparison.Ordinal);
    }

    private string Error(IDataView data, string column, FeatureCacheKey key) => Assert.Throws<ArgumentException>(
        () => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions
        {
            InputColumnName = column, Weights = WeightsSource.From(CacheBench.Weights), Cache = new() { Folder = "cache", Key = key },
        }).Fit(data)).Message;

    private sealed class PixelRow
    {
        [VectorType(3, 32, 32)]
        public float[] Pixels { get; set; } = [];
    }
}

using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>What a cache throws comes out, and what the featurizer holds is released all the same.</summary>
public sealed class FailingCacheTests : IDisposable
{
    private readonly CacheBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Flush_ThatThrowsWhileACursorIsDisposed_StillClosesTheSource()
    {
        var data = new OpenedView(
            _bench.MlContext.Data.LoadFromEnumerable(_bench.Paint(10).Select(path => new PhotoRow { ImagePath = path })));
        var cache = new ThrowingCache();
        using (MobileNetV2FeaturizerTransformer featurizer = Fit(data, cache))
        {
            IDataView transformed = featurizer.Transform(data);
            DataViewRowCursor cursor = transformed.GetRowCursor(transformed.Schema);
            Assert.True(cursor.MoveNext());
            Assert.Equal(1, data.OpenCount);

            Assert.Equal("told", Assert.Throws<InvalidOperationException>(cursor.Dispose).Message);

            Assert.Equal(0, data.OpenCount);
            cache.Throws = false;
        }
    }

    [Fact]
    public void Flush_ThatThrowsWhileTheFeaturizerIsDisposed_StillReleasesTheNetwork()
    {
        IDataView data = _bench.MlContext.Data.LoadFromEnumerable(_bench.Paint(2).Select(path => new PhotoRow { ImagePath = path }));
        var cache = new ThrowingCache();
        MobileNetV2FeaturizerTransformer featurizer = Fit(data, cache);

        Assert.Equal("told", Assert.Throws<InvalidOperationException>(featurizer.Dispose).Message);

        cache.Throws = false;
        Assert.Throws<ObjectDisposedException>(() => featurizer.Transform(data).Features());
    }

    private MobileNetV2FeaturizerTransformer Fit(IDataView data, IFeatureCache cache) =>
        _bench.MlContext.Transforms.FeaturizeImageWithMobileNetV2(
        new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(CacheBench.Weights), ThreadCount = 1, Cache = cache }).Fit(data);

    private sealed class ThrowingCache : MemoryCache
    {
        public bool Throws { get; set; } = true;

        public override void Flush()
        {
            if (Throws)
            {
                throw new InvalidOperationException("told");
            }
        }
    }
}

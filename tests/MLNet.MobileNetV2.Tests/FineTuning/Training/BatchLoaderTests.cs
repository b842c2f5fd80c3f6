using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class BatchLoaderTests : IDisposable
{
    private const int FeatureCount = 500;

    private readonly TinyTraining _training = new(photos: 10, classes: 3);
    private readonly FrontLayers _front;

    public BatchLoaderTests() => _front = new FrontLayers(_training.Weights, tap: null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _front.Dispose();
        _training.Dispose();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    public void Fill_AnyNumberOfWorkers_GivesTheSameBits(double mixup)
    {
        FineTuneOptions options = TinyTraining.Plain with
        {
            BatchSize = 7, Augmentation = ImageAugmentation.Strong, MixupAlpha = mixup, Dropout = 0.3, LabelSmoothing = 0.1,
        };
        BatchBuffers expected = Fill(options with { ThreadCount = 1 }, 2, 1);
        Assert.Equal(3, expected.Count);
        foreach (int workers in (int[])[2, 5, 0])
        {
            BatchBuffers found = Fill(options with { ThreadCount = workers }, 2, 1);

            Assert.Equal(expected.Count, found.Count);
            Assert.Equal(expected.Inputs, found.Inputs);
            Assert.Equal(expected.Targets, found.Targets);
            Assert.Equal(expected.Weights, found.Weights);
            Assert.Equal(expected.Dropout, found.Dropout);
        }
    }

    [Fact]
    public void Fill_Plain_HoldsEachPhotosOwn()
    {
        float[] weights = [.. Enumerable.Range(0, 10).Select(photo => 1f + photo)];
        FineTuneOptions options = TinyTraining.Plain with { LabelSmoothing = 0.3 };
        BatchLoader loader = _training.Loader(options, _front, weights: weights);
        BatchBuffers batch = loader.CreateBatch();
        InputSource source = _training.Source(_front, ImageAugmentation.None);
        float[] pixels = new float[source.PixelCount];

        loader.Fill(batch, 1, 2, Token);

        Assert.Equal(3, loader.StepsPerEpoch);
        int[] photos = new BatchPlan(10, new() { Epochs = 1, BatchSize = 4, Seed = options.Seed }).Images(1, 2).ToArray();
        Assert.Equal(photos.Length, batch.Count);
        Assert.Empty(batch.Dropout);
        Assert.Empty(batch.Pixels);
        for (int place = 0; place < photos.Length; place++)
        {
            Assert.True(source.TryReadPixels(photos[place], 1, pixels));
            Assert.Equal(pixels, batch.Input(place).ToArray());
            Assert.Equal(weights[photos[place]], batch.Weights[place]);
            float[] target = batch.Target(place).ToArray();
            Assert.Equal(_training.Photos.Labels[photos[place]], Array.IndexOf(target, target.Max()));
            Assert.Equal(1, target.Sum(), 1e-6f);
        }
    }

    [Fact]
    public void Fill_Dropout_DropsItsShareAnewEachEpoch()
    {
        FineTuneOptions options = TinyTraining.Plain with { BatchSize = 10, Dropout = 0.3 };
        float[] mask = Fill(options, 0, 0).Dropout;

        Assert.Equal(10 * FeatureCount, mask.Length);
        Assert.All(mask, factor => Assert.True(factor == 0 || Math.Abs(factor - (1 / 0.7)) < 1e-6));
        Assert.InRange(mask.Count(factor => factor == 0) / (double)mask.Length, 0.27, 0.33);
        Assert.Equal(10, mask.Chunk(FeatureCount).DistinctBy(own => string.Join(' ', own)).Count());
        Assert.NotEqual(mask, Fill(options, 1, 0).Dropout);
        Assert.NotEqual(mask, Fill(options with { Seed = 6 }, 0, 0).Dropout);
    }

    [Fact]
    public void Fill_Mixup_BlendsPixelsTargetsAndWeightsAlike()
    {
        FineTuneOptions options = TinyTraining.Plain with { BatchSize = 10, LabelSmoothing = 0.1 };
        float[] weights = [.. Enumerable.Range(0, 10).Select(photo => 1f + photo)];
        BatchBuffers plain = Fill(options, 0, 0, weights);
        BatchBuffers blended = Fill(options with { MixupAlpha = 2 }, 0, 0, weights);
        bool hasBlended = false;
        for (int place = 0; place < 10; place++)
        {
            Assert.Equal(1, blended.Target(place).ToArray().Sum(), 1e-6f);
            hasBlended |= !plain.Input(place).Span.SequenceEqual(blended.Input(place).Span);
        }

        Assert.True(hasBlended);
        Assert.Equal(plain.Weights.Sum(), blended.Weights.Sum(), 1e-4f);
        Assert.Equal(plain.Inputs.Sum(value => (double)value), blended.Inputs.Sum(value => (double)value), 1);

        // Each sample is a share of itself and the rest of one partner, the same for pixels, targets and weights.
        var random = new SplitMix64(options.Seed, (long)RandomPurpose.Mixup, 0, 0);
        Mixup mixup = Mixup.Draw(10, 2, ref random);
        for (int place = 0; place < 10; place++)
        {
            int partner = mixup.Partners[place];
            AssertBlend(plain.Input(place).Span, plain.Input(partner).Span, blended.Input(place).Span, mixup.Share);
            AssertBlend(Weighted(plain, place), Weighted(plain, partner), Weighted(blended, place), mixup.Share);
            AssertBlend(plain.Weights.AsSpan(place, 1), plain.Weights.AsSpan(partner, 1), blended.Weights.AsSpan(place, 1), mixup.Share);
        }
    }

    [Fact]
    public void Fill_MixupOfBalancedClasses_LetsEachWeighTheSame()
    {
        // Two classes in turn, the first of three times the weight: as if it had a third of the images.
        float[] weights = [.. Enumerable.Range(0, 10).Select(photo => photo % 2 == 0 ? 3f : 1f)];
        double[] sums = new double[2];
        FineTuneOptions options = TinyTraining.Plain with { BatchSize = 10, MixupAlpha = 1 };
        using var training = new TinyTraining(photos: 10, classes: 2);
        using var front = new FrontLayers(training.Weights, tap: null);
        BatchLoader loader = new(
            training.Source(front, ImageAugmentation.None), new LabelTargets(
                training.Photos.Labels, 2, 0), weights, FeatureCount, dropout: 0, options);
        BatchBuffers batch = loader.CreateBatch();
        for (int epoch = 0; epoch < 20; epoch++)
        {
            loader.Fill(batch, epoch, 0, Token);
            for (int place = 0; place < batch.Count; place++)
            {
                sums[0] += batch.Weights[place] * batch.Target(place)[0];
                sums[1] += batch.Weights[place] * batch.Target(place)[1];
            }
        }

        Assert.Equal(3, sums[0] / sums[1], 1e-4);
    }

    private static float[] Weighted(BatchBuffers batch, int place) =>
        [.. batch.Target(place).ToArray().Select(target => target * batch.Weights[place])];

    [Fact]
    public void Fill_MixupWithLayersInFront_BlendsThePixelsBeforeThem()
    {
        FineTuneOptions options = TinyTraining.Plain with { BatchSize = 10, MixupAlpha = 2 };
        using var front = new FrontLayers(_training.Weights, new FeatureTap(1, IsPooled: false));
        BatchLoader loader = _training.Loader(options, front);
        BatchBuffers batch = loader.CreateBatch();

        loader.Fill(batch, 0, 0, Token);

        BatchBuffers pixels = Fill(options, 0, 0);
        float[] expected = new float[front.OutputLength];
        for (int place = 0; place < 10; place++)
        {
            front.Run(pixels.Input(place).ToArray(), expected);
            Assert.Equal(expected, batch.Input(place).ToArray());
        }
    }

    [Fact]
    public void CreateBatch_OfFewerPhotosThanTheBatch_IsNoLarger()
    {
        BatchBuffers batch = _training.Loader(TinyTraining.Plain with { BatchSize = 1024 }, _front).CreateBatch();

        Assert.Equal(10, batch.Weights.Length);
    }

    [Fact]
    public void Fill_PhotoThatCannotBeRead_ThrowsItsError()
    {
        using var memory = new ImageMemory([ImageSource.FromFile("missing.jpg")], _training.Weights.Preprocessing);
        var photos = new ImageSplit(memory, [0], [0]);
        var source = new InputSource(photos, _training.Weights.Preprocessing, ImageAugmentation.None, 0, 0, _front);
        var loader = new BatchLoader(source, new FakeTargets(), [1], FeatureCount, dropout: 0, TinyTraining.Plain with { ThreadCount = 2 });

        BadImageException error = Assert.Throws<BadImageException>(() => loader.Fill(loader.CreateBatch(), 0, 0, Token));

        Assert.Equal("missing.jpg", error.Path);
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.5, 0.3)]
    public void Fill_PhotosThatAreLeftOut_HoldsTheOthersInTheirOrder(double mixup, double dropout)
    {
        float[] weights = [.. Enumerable.Range(0, 10).Select(photo => 1f + photo)];
        FineTuneOptions options = TinyTraining.Plain with { BatchSize = 10, MixupAlpha = mixup, ThreadCount = 2 };
        var bad = new BadImages(BadImageHandling.MissingFeatures);
        var source = new InputSource(
            _training.Photos with { Bad = bad }, _training.Weights.Preprocessing, ImageAugmentation.None, viewCount: 0, seed: 3, _front);
        var loader = new BatchLoader(source, new FakeTargets(), weights, FeatureCount, dropout, options);
        BatchBuffers all = loader.CreateBatch();
        loader.Fill(all, 1, 0, Token);
        int[] photos = new BatchPlan(10, new() { Epochs = 1, BatchSize = 10, Seed = options.Seed }).Images(1, 0).ToArray();
        int[] left = [.. Enumerable.Range(0, 10).Except([0, 4, 9])];
        Array.ForEach([0, 4, 9], place => bad.Add(photos[place], new BadImageException(null, "lost")));
        BatchBuffers batch = loader.CreateBatch();

        loader.Fill(batch, 1, 0, Token);

        Assert.Equal(7, batch.Count);
        for (int place = 0; place < left.Length; place++)
        {
            Assert.Equal(all.Mask(left[place]).ToArray(), batch.Mask(place).ToArray());
            if (mixup == 0)
            {
                Assert.Equal(all.Input(left[place]).ToArray(), batch.Input(place).ToArray());
                Assert.Equal(FakeTargets.Value(photos[left[place]], 1), batch.Target(place)[0]);
                Assert.Equal(weights[photos[left[place]]], batch.Weights[place]);
            }
        }

        Assert.Equal(left.Sum(place => weights[photos[place]]), batch.Weights.Take(7).Sum(), 1e-3f);
    }

    [Fact]
    public void Fill_PhotosThatAreAllLeftOut_SaysSo()
    {
        var bad = new BadImages(BadImageHandling.MissingFeatures);
        var source = new InputSource(
            _training.Photos with { Bad = bad }, _training.Weights.Preprocessing, ImageAugmentation.None, viewCount: 0, seed: 3, _front);
        var loader = new BatchLoader(source, new FakeTargets(), new float[10], FeatureCount, dropout: 0, TinyTraining.Plain);
        BatchBuffers batch = loader.CreateBatch();
        int[] last = new BatchPlan(10, new() { Epochs = 1, BatchSize = 4, Seed = TinyTraining.Plain.Seed }).Images(0, 2).ToArray();
        Array.ForEach(last, photo => bad.Add(photo, new BadImageException(null, "lost")));

        loader.Fill(batch, 0, 2, Token);

        Assert.Equal(0, batch.Count);
        Array.ForEach([.. Enumerable.Range(0, 10)], photo => bad.Add(photo, new BadImageException(null, "lost")));
        Assert.Equal(
            "None of the 10 images to train on can be used.", Assert.Throws<InvalidOperationException>(
                () => loader.Fill(batch, 0, 0, Token)).Message);
    }

    private BatchBuffers Fill(FineTuneOptions options, int epoch, int step, float[]? weights = null)
    {
        BatchLoader loader = _training.Loader(options, _front, weights: weights, featureCount: FeatureCount);
        BatchBuffers batch = loader.CreateBatch();
        loader.Fill(batch, epoch, step, Token);
        return batch;
    }

    private static void AssertBlend(ReadOnlySpan<float> own, ReadOnlySpan<float> other, ReadOnlySpan<float> found, float share)
    {
        for (int i = 0; i < own.Length; i++)
        {
            Assert.Equal((share * own[i]) + ((1 - share) * other[i]), found[i], 1e-3f);
        }
    }
}

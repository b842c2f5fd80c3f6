using MLNet.MobileNetV2.Detection.Training;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Training.Views;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

public sealed class DetectorBatchLoaderTests : IDisposable
{
    private static readonly DetectionWeights s_weights = DetectorCase.Create(41, PaddingFlavor.TensorFlowSame);

    private readonly ShapesFolder _shapes = new(pictures: 5);
    private readonly ImageMemory _memory;
    private readonly DetectorData _data;

    public DetectorBatchLoaderTests()
    {
        _data = DetectorData.Of(_shapes.Dataset, null, new(), Token);
        _memory = new([.. _data.Training.Select(image => ImageSource.FromFile(image.ImagePath))], s_weights.Preprocessing);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _memory.Dispose();
        _shapes.Dispose();
    }

    [Fact]
    public void Fill_AnEpoch_HasEachPhotoOnceWithItsTargetAndWeight()
    {
        using var front = Front(FineTuneBlocks.HeadOnly);
        DetectorBatchLoader loader = Loader(front, new() { BatchSize = 3, Epochs = 2 });
        BatchBuffers batch = loader.CreateBatch();
        List<float[]> samples = [];

        Assert.Equal((2, 2), (loader.Epochs, loader.StepsPerEpoch));
        for (int step = 0; step < 2; step++)
        {
            loader.Fill(batch, epoch: 0, step, Token);
            Assert.Equal(step == 0 ? 3 : 2, batch.Count);
            for (int place = 0; place < batch.Count; place++)
            {
                samples.Add(batch.Input(place).ToArray());
                float[] target = batch.Target(place).ToArray();
                Assert.Equal(target[..(target.Length / 5)].Count(label => label > 0), batch.Weights[place]);
            }
        }

        Assert.Equal(5, samples.Select(sample => string.Join(' ', sample)).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 0, 2, false)]
    [InlineData(0, 2, 2, true)]
    [InlineData(0, 2, 3, false)]
    [InlineData(-1, 2, 2, true)]
    public void Fill_OtherEpochs_HaveViewsThatComeAgainAfterSoMany(int blocks, int viewCount, int epoch, bool comeAgain)
    {
        using var front = Front(blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.HeadOnly);
        DetectorBatchLoader loader = Loader(front, new() { Epochs = 9, ViewsPerImage = viewCount });

        Dictionary<string, string> first = Read(loader, 0);

        Assert.Equal(comeAgain, first.Keys.ToHashSet().SetEquals(Read(loader, epoch).Keys));
        Assert.Equal(comeAgain, first.Values.ToHashSet().SetEquals(Read(loader, epoch).Values));
    }

    [Fact]
    public void Fill_ViewsInMemory_NeedTheirPhotosNoMore()
    {
        using var front = Front(FineTuneBlocks.HeadOnly);
        DetectorBatchLoader loader = Loader(front, new() { Epochs = 9, ViewsPerImage = 1 }, budget: 1 << 24);
        Dictionary<string, string> first = Read(loader, 0);
        _data.Training.ToList().ForEach(image => File.Delete(image.ImagePath));
        Enumerable.Range(0, _memory.Count).ToList().ForEach(_memory.Release);

        Assert.Equal(first.Keys.Order(), Read(loader, 5).Keys.Order());

        DetectorBatchLoader without = Loader(front, new() { Epochs = 9, ViewsPerImage = 1 }, budget: 0);
        Assert.Throws<BadImageException>(() => Read(without, 0));
    }

    [Fact]
    public void Fill_Cancelled_Stops()
    {
        using var front = Front(FineTuneBlocks.HeadOnly);
        DetectorBatchLoader loader = Loader(front, new());

        Assert.ThrowsAny<OperationCanceledException>(() => loader.Fill(loader.CreateBatch(), 0, 0, new CancellationToken(true)));
    }

    private static DetectorFront Front(FineTuneBlocks blocks) => new(new TrainedDetector(s_weights, blocks));

    private DetectorBatchLoader Loader(DetectorFront front, DetectorTrainingOptions options, long budget = 0)
    {
        var views = new DetectionViews(_memory, _data.Trained(), s_weights.Preprocessing, options.Augmentation, seed: 3);
        var targets = new BoxTargets(s_weights.Anchors, new AnchorOrder(s_weights.Anchors));
        return new(views, front, targets, options.Tuning, new MemoryBudget(budget));
    }

    // The samples of an epoch, each with its target.
    private static Dictionary<string, string> Read(DetectorBatchLoader loader, int epoch)
    {
        BatchBuffers batch = loader.CreateBatch();
        loader.Fill(batch, epoch, step: 0, Token);
        return Enumerable.Range(0, batch.Count).ToDictionary(
            place => string.Join(' ', batch.Input(place).ToArray()), place => string.Join(' ', batch.Target(place).ToArray()));
    }
}

using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class BatchQueueTests : IDisposable
{
    private const int PhotoCount = 5;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly FineTuneOptions s_options = TinyTraining.Plain with { BatchSize = 2 };

    private readonly TinyTraining _training = new(PhotoCount);
    private readonly FrontLayers _front;

    public BatchQueueTests() => _front = new FrontLayers(_training.Weights, tap: null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _front.Dispose();
        _training.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    public void Next_FromAnyStep_GivesTheBatchesInOrder(int epoch, int step)
    {
        BatchLoader loader = Loader(new FakeTargets());
        var plan = new BatchPlan(PhotoCount, new() { Epochs = 1, BatchSize = 2, Seed = s_options.Seed });
        using var queue = new BatchQueue(loader, epochs: 3, epoch, step, Token);
        for (int place = (epoch * 3) + step; place < 9; place++)
        {
            BatchBuffers batch = queue.Next();

            int[] photos = plan.Images(place / 3, place % 3).ToArray();
            Assert.Equal(photos.Length, batch.Count);
            Assert.Equal(photos.Select(photo => FakeTargets.Value(photo, place / 3)), batch.Targets[..batch.Count]);
        }
    }

    [Fact]
    public void Next_FillsTheOneAfterItMeanwhileInOtherMemory()
    {
        var targets = new FakeTargets();
        using var queue = new BatchQueue(Loader(targets), epochs: 3, 0, 0, Token);
        for (int step = 0; step < 8; step++)
        {
            BatchBuffers batch = queue.Next();
            (float[] inputs, float[] values) = ([.. batch.Inputs], [.. batch.Targets]);

            int after = step + 2;
            int expected = (after / 3 * PhotoCount) + (after % 3 * 2);
            Assert.True(
                SpinWait.SpinUntil(() => targets.Reads.Count == expected, s_patience), $"{targets.Reads.Count} reads, not {expected}.");
            Assert.Equal(inputs, batch.Inputs);
            Assert.Equal(values, batch.Targets);
        }
    }

    [Fact]
    public void Next_AfterAnErrorInFilling_ThrowsIt()
    {
        var error = new InvalidDataException("An image is gone.");
        using var queue = new BatchQueue(Loader(new FakeTargets((_, epoch) => Fail(epoch == 1))), epochs: 2, 0, 1, Token);

        queue.Next();
        queue.Next();

        Assert.Same(error, Assert.Throws<InvalidDataException>(queue.Next));

        void Fail(bool isTime)
        {
            if (isTime)
            {
                throw error;
            }
        }
    }

    [Fact]
    public void Next_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        using var blocked = new ManualResetEventSlim();
        using var queue = new BatchQueue(Loader(new FakeTargets((_, _) => blocked.Wait(s_patience))), epochs: 2, 0, 0, stop.Token);

        stop.Cancel();
        blocked.Set();

        Assert.ThrowsAny<OperationCanceledException>(queue.Next);
    }

    [Fact]
    public void Dispose_WhileFilling_WaitsForItAndStopsIt()
    {
        using var begun = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        var targets = new FakeTargets((_, _) =>
        {
            begun.Set();
            blocked.Wait(s_patience);
        });
        BatchLoader loader = _training.Loader(TinyTraining.Plain with { BatchSize = PhotoCount }, _front, targets);
        var queue = new BatchQueue(loader, epochs: 2, 0, 0, Token);
        Assert.True(begun.Wait(s_patience, Token));

        var dispose = new Thread(queue.Dispose);
        dispose.Start();
        Assert.True(SpinWait.SpinUntil(() => dispose.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_patience));

        blocked.Set();
        Assert.True(dispose.Join(s_patience));
        int reads = targets.Reads.Count;
        Assert.True(reads < PhotoCount, $"{reads} images were read.");
    }

    [Fact]
    public void Dispose_AfterAnErrorInFilling_IsSilent()
    {
        var queue = new BatchQueue(Loader(new FakeTargets((_, _) => throw new InvalidDataException())), epochs: 2, 0, 0, Token);
        queue.Dispose();
    }

    [Fact]
    public void Create_AfterTheLastEpoch_CanBeDisposed()
    {
        using var queue = new BatchQueue(Loader(new FakeTargets()), epochs: 2, epoch: 2, step: 0, Token);
    }

    private BatchLoader Loader(FakeTargets targets) => _training.Loader(s_options, _front, targets);
}

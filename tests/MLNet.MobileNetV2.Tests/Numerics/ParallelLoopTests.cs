using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Numerics;

public sealed class ParallelLoopTests
{
    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1, 1000)]
    [InlineData(4, 1000)]
    [InlineData(4, 1)]
    [InlineData(4, 0)]
    public void For_RunsEachPieceOnce(int workers, int count)
    {
        var runs = new int[count];
        new ParallelLoop(workers, CancellationToken.None).For(count, piece => Interlocked.Increment(ref runs[piece]));
        Assert.All(runs, times => Assert.Equal(1, times));
    }

    [Fact]
    public void For_LittleWork_StaysOnThisThread()
    {
        int thread = Environment.CurrentManagedThreadId;
        new ParallelLoop(4, CancellationToken.None).For(
            100, operations: 1000, _ => Assert.Equal(thread, Environment.CurrentManagedThreadId));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void For_APieceThatThrows_StopsAndThrowsItsErrorWithItsStack(int workers)
    {
        int runs = 0;
        InvalidTimeZoneException error = Assert.Throws<InvalidTimeZoneException>(
            () => new ParallelLoop(workers, CancellationToken.None).For(1_000_000, _ => Fail(ref runs)));
        Assert.Contains(nameof(Fail), error.StackTrace, StringComparison.Ordinal);
        Assert.InRange(runs, 1, workers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void For_WhenCancelled_Stops(int workers)
    {
        using var cancellation = new CancellationTokenSource();
        int runs = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => new ParallelLoop(workers, cancellation.Token).For(1_000_000, _ =>
        {
            Interlocked.Increment(ref runs);
            cancellation.Cancel();
        }));
        Assert.InRange(runs, 1, 1000);
    }

    private static void Fail(ref int runs)
    {
        Interlocked.Increment(ref runs);
        throw new InvalidTimeZoneException();
    }
}

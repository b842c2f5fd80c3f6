using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Tests.Serving;

public class WorkGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_WhenAllPlacesAreTaken_WaitsForOne()
    {
        var gate = new WorkGate(2, typeof(MobileNetV2Predictor));
        gate.Enter(Token);
        await gate.EnterAsync(Token);

        Task third = gate.EnterAsync(Token).AsTask();
        Assert.False(third.IsCompleted);
        gate.Exit();

        await third.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Enter_WhenCancelledWhileItWaits_TakesNoPlace()
    {
        var gate = new WorkGate(1, typeof(MobileNetV2Predictor));
        gate.Enter(Token);
        using var stop = new CancellationTokenSource(50);

        Assert.ThrowsAny<OperationCanceledException>(() => gate.Enter(stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gate.EnterAsync(stop.Token).AsTask());

        gate.Exit();
        gate.Enter(Token);
    }

    [Fact]
    public async Task Close_WaitsForThoseInsideAndTurnsTheWaitingAway()
    {
        var gate = new WorkGate(2, typeof(MobileNetV2Predictor));
        gate.Enter(Token);
        gate.Enter(Token);
        Task[] waiting = [.. Enumerable.Range(0, 4).Select(_ => gate.EnterAsync(Token).AsTask())];
        Task<bool> close = Task.Run(gate.Close, Token);
        Assert.True(SpinWait.SpinUntil(() => Record.Exception(gate.ThrowIfClosed) is not null, TimeSpan.FromSeconds(30)));

        gate.Exit();
        Assert.False(close.IsCompleted);
        gate.Exit();

        Assert.True(await close.WaitAsync(TimeSpan.FromSeconds(30), Token));
        foreach (Task task in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
        }

        Assert.Throws<ObjectDisposedException>(() => gate.Enter(Token));
        Assert.False(gate.Close());
    }
}

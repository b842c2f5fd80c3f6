using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Serving.Http;

[assembly: AssemblyFixture(typeof(RunningService))]

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>A service of the trained model, started once for all tests, that allows bodies of a million bytes.</summary>
public sealed class RunningService : IAsyncDisposable
{
    public const int MaxBodyBytes = 1_000_000;

    private readonly SemaphoreSlim _start = new(1);
    private WebApiProcess? _process;

    /// <summary>Starts on the first call.</summary>
    internal async Task<WebApiProcess> ProcessAsync(TrainedModel model)
    {
        await _start.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _process ??= await WebApiProcess.StartAsync(await model.PathAsync(), "--maxBodyBytes", $"{MaxBodyBytes}");
        }
        finally
        {
            _start.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _start.Dispose();
    }
}

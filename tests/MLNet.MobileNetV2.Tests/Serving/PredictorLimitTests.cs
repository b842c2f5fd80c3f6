using MLNet.MobileNetV2.Tests.Images;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>What one image may take: bytes, pixels and time.</summary>
public sealed class PredictorLimitTests : IDisposable
{

    private readonly PhotoModel _model = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Predict_OfAsManyBytesAsAllowed_Works()
    {
        string path = PhotoModel.Files[0];
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);
        using MobileNetV2Predictor predictor = _model.Predictor(new() { MaxEncodedBytes = bytes.Length });

        IReadOnlyList<ClassScore> expected = predictor.Predict(path, cancellationToken: Token);

        Assert.Equal(expected, predictor.Predict(bytes, cancellationToken: Token));
        Assert.Equal(expected, predictor.Predict(new MemoryStream(bytes), cancellationToken: Token));
        Assert.Equal(expected, await predictor.PredictAsync(new DripStream(bytes, bytes.Length), cancellationToken: Token));
    }

    [Fact]
    public async Task Predict_OfOneByteMore_SaysSo()
    {
        string path = PhotoModel.Files[0];
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);
        int limit = bytes.Length - 1;
        using MobileNetV2Predictor predictor = _model.Predictor(new() { MaxEncodedBytes = limit });
        string found = $"it has {bytes.Length} bytes; at most {limit} are allowed.";
        string more = $"it has more than the {limit} bytes that are allowed.";

        Assert.Equal((path, found), Bad(() => predictor.Predict(path, cancellationToken: Token)));
        Assert.Equal((null, found), Bad(() => predictor.Predict(bytes, cancellationToken: Token)));
        Assert.Equal((null, more), Bad(() => predictor.Predict(new MemoryStream(bytes), cancellationToken: Token)));
        BadImageException error = await Assert.ThrowsAsync<BadImageException>(
            () => predictor.PredictAsync(new DripStream(bytes, 100), cancellationToken: Token));
        Assert.Equal(more, error.Reason);
    }

    [Fact]
    public async Task Predict_OfAStreamWithoutEnd_StopsAtTheLimit()
    {
        const int limit = 300_000;
        using MobileNetV2Predictor predictor = _model.Predictor(new() { MaxEncodedBytes = limit });
        var read = new DripStream([1, 2, 3], 3, isEndless: true);
        var readAsync = new DripStream(new byte[8192], 8192, isEndless: true);

        Assert.Throws<BadImageException>(() => predictor.Predict(read, cancellationToken: Token));
        await Assert.ThrowsAsync<BadImageException>(() => predictor.PredictAsync(readAsync, cancellationToken: Token));

        Assert.Equal(limit + 1, read.Given);
        Assert.Equal(limit + 1, readAsync.Given);
    }

    [Fact]
    public async Task PredictAsync_OfASlowStream_IsCancelledAndHoldsNobodyUp()
    {
        using MobileNetV2Predictor predictor = _model.Predictor(new() { MaxConcurrency = 1 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<IReadOnlyList<ClassScore>> slow = predictor.PredictAsync(
            new DripStream([1], 1, isEndless: true, token => Task.Delay(Timeout.Infinite, token)), cancellationToken: stop.Token);

        Assert.NotEmpty(predictor.Predict(PhotoModel.Files[0], cancellationToken: Token));

        Assert.False(slow.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    [Fact]
    public async Task Predict_OfAStreamThatFails_GivesItsError()
    {
        using MobileNetV2Predictor predictor = _model.Predictor();

        Assert.Throws<EndOfStreamException>(() => predictor.Predict(new FailingStream(), cancellationToken: Token));
        await Assert.ThrowsAsync<EndOfStreamException>(() => predictor.PredictAsync(new FailingStream(), cancellationToken: Token));
    }

    [Fact]
    public void Predict_OfMorePixelsThanAllowed_SaysSo()
    {
        using MobileNetV2Predictor predictor = _model.Predictor(new() { MaxPixels = 10_000 });
        byte[] allowed = PngBytes.Create(100, 100, 8, 0, new byte[10_000]);
        byte[] larger = PngBytes.Create(101, 100, 8, 0, new byte[10_100]);

        Assert.NotEmpty(predictor.Predict(allowed, cancellationToken: Token));
        Assert.Equal(
            (null, "it has 101 x 100 pixels; at most 0.01 megapixels are allowed."), Bad(
                () => predictor.Predict(larger, cancellationToken: Token)));
    }

    private static (string? Path, string Reason) Bad(Func<object> predict)
    {
        BadImageException error = Assert.Throws<BadImageException>(predict);
        return (error.Path, error.Reason);
    }

    private sealed class FailingStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => throw new EndOfStreamException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new EndOfStreamException();
    }
}

using System.Collections.Concurrent;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

public sealed class PredictorConcurrencyTests : IDisposable
{
    private const int All = 6;

    private readonly PhotoModel _model = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Predict_OnManyThreads_GivesEachPictureItsOwn(int maxConcurrency)
    {
        using MobileNetV2Predictor predictor = _model.Predictor(new() { MaxConcurrency = maxConcurrency });
        var found = new ConcurrentBag<(int File, float[] Scores)>();

        Thread[] threads = [.. Enumerable.Range(0, 8).Select(thread => new Thread(() =>
        {
            for (int i = 0; i < 30; i++)
            {
                int file = (thread + i) % PhotoModel.Files.Count;
                found.Add((file, PhotoModel.InOrder(predictor.Predict(PhotoModel.Files[file], All, Token))));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            int file = i % PhotoModel.Files.Count;
            found.Add((file, PhotoModel.InOrder(await predictor.PredictAsync(PhotoModel.Files[file], All, Token))));
        }));
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal((8 * 30) + 60, found.Count);
        Assert.All(found, result => Assert.InRange(Photos.MaxDifference([_model.Scores[result.File]], [result.Scores]), 0, 1e-5));
    }

    [Fact]
    public async Task Dispose_WhileInUse_LetsThePicturesAtWorkFinishAndRefusesTheOthers()
    {
        for (int round = 0; round < 10; round++)
        {
            MobileNetV2Predictor predictor = _model.Predictor();
            int wanted = 6 + round;
            int predictions = 0;
            var isInUse = new TaskCompletionSource();
            Task<int>[] callers = [.. Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
            {
                for (int count = 0; ; count++)
                {
                    try
                    {
                        IReadOnlyList<ClassScore> scores = caller % 2 == 0
                            ? predictor.Predict(PhotoModel.Files[caller], All, Token)
                            : await predictor.PredictAsync(PhotoModel.Files[caller], All, Token);
                        Assert.InRange(Photos.MaxDifference([_model.Scores[caller]], [PhotoModel.InOrder(scores)]), 0, 1e-5);
                        if (Interlocked.Increment(ref predictions) == wanted)
                        {
                            isInUse.SetResult();
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        return count;
                    }
                }
            }))];
            Task<int[]> all = Task.WhenAll(callers);
            await Task.WhenAny(isInUse.Task, all);

            predictor.Dispose();

            Assert.InRange((await all).Sum(), wanted, int.MaxValue);
        }
    }

    [Fact]
    public async Task Dispose_Twice_IsAllowedAndLaterCallsThrow()
    {
        MobileNetV2Predictor predictor = _model.Predictor();
        predictor.Dispose();
        predictor.Dispose();
        string path = PhotoModel.Files[0];
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);
        var unread = new DripStream(bytes, 100);

        Assert.Contains(
            nameof(MobileNetV2Predictor), Assert.Throws<ObjectDisposedException>(
                () => predictor.Predict(path, cancellationToken: Token)).ObjectName, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(bytes, cancellationToken: Token));
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(unread, cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(path, cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(bytes, cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(unread, cancellationToken: Token));
        Assert.Throws<ObjectDisposedException>(() => { _ = predictor.PredictManyAsync([path], cancellationToken: Token); });
        Assert.Throws<ObjectDisposedException>(() => { _ = predictor.PredictManyAsync(Array.Empty<string>(), cancellationToken: Token); });
        Assert.Equal(0, unread.Given);
        Assert.Equal(PhotoModel.Labels, predictor.Labels);
    }

    [Fact]
    public async Task Dispose_WhileAStreamIsRead_EndsTheCallAfterIt()
    {
        byte[] bytes = await File.ReadAllBytesAsync(PhotoModel.Files[0], Token);
        MobileNetV2Predictor predictor = _model.Predictor();
        var isRead = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        Task<IReadOnlyList<ClassScore>> call = predictor.PredictAsync(
            new DripStream(bytes, (bytes.Length / 3) + 1, beforeRead: _ =>
            {
                isRead.TrySetResult();
                return goOn.Task;
            }),
            cancellationToken: Token);
        await isRead.Task.WaitAsync(Token);

        predictor.Dispose();
        goOn.SetResult();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
    }

    [Fact]
    public async Task Predict_WhenCancelled_Stops()
    {
        using MobileNetV2Predictor predictor = _model.Predictor();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        string path = PhotoModel.Files[0];
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);

        Assert.ThrowsAny<OperationCanceledException>(() => predictor.Predict(path, null, stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => predictor.Predict(bytes, null, stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => predictor.Predict(new MemoryStream(bytes), null, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => predictor.PredictAsync(path, null, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => predictor.PredictAsync(bytes, null, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => predictor.PredictAsync(new MemoryStream(bytes), null, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await predictor.PredictManyAsync([path], null, stop.Token).ToArrayAsync(Token));
        Assert.NotEmpty(predictor.Predict(path, cancellationToken: Token));
    }

    [Fact]
    public async Task PredictManyAsync_WhenCancelledOnTheWay_StopsAndLeavesThePredictorUsable()
    {
        using MobileNetV2Predictor predictor = _model.Predictor();
        using var stop = new CancellationTokenSource();
        int taken = 0;
        IEnumerable<string> files = Enumerable.Range(0, int.MaxValue).Select(index => PhotoModel.Files[index % PhotoModel.Files.Count]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ImagePrediction prediction in predictor.PredictManyAsync(files, null, stop.Token))
            {
                Assert.Null(prediction.Error);
                if (++taken == 5)
                {
                    await stop.CancelAsync();
                }
            }
        });

        Assert.InRange(taken, 5, 5 + (2 * Environment.ProcessorCount));
        Assert.NotEmpty(predictor.Predict(PhotoModel.Files[0], cancellationToken: Token));
    }

    [Fact]
    public async Task PredictManyAsync_WhoeverStopsTakingResults_StopsTheWork()
    {
        using MobileNetV2Predictor predictor = _model.Predictor();
        int read = 0;
        IEnumerable<string> files = Enumerable.Range(0, int.MaxValue).Select(index =>
        {
            read++;
            return PhotoModel.Files[index % PhotoModel.Files.Count];
        });

        await foreach (ImagePrediction prediction in predictor.PredictManyAsync(files, cancellationToken: Token))
        {
            Assert.Equal(PhotoModel.Files[0], prediction.Path);
            break;
        }

        Assert.InRange(read, 1, 2 * Environment.ProcessorCount);
    }
}

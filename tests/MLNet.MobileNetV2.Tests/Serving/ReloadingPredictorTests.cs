using Microsoft.Extensions.Time.Testing;
using MLNet.MobileNetV2.Serving;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

public sealed class ReloadingPredictorTests : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly PhotoModel _first = new();
    private readonly PhotoModel _second = new(
        new() { Weights = WeightsSource.From(RandomWeights.Create(77, RandomWeights.Narrow(), new() { Size = 32 })) });
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Photo => PhotoModel.Files[0];

    private string ModelPath => _folder.File("model.zip");

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Predict_AfterTheFileWasReplaced_IsTheNewModels()
    {
        using ReloadingPredictor predictor = Open(_first);
        Assert.Equal(0, await DifferenceAsync(predictor, _first), 1e-5);

        Replace(_second);
        Assert.Equal(0, await DifferenceAsync(predictor, _first), 1e-5);
        _time.Advance(s_interval);

        Assert.Equal(0, await DifferenceAsync(predictor, _second), 1e-5);
        ImagePrediction many = await predictor.PredictManyAsync([Photo], PhotoModel.Labels.Count, Token).SingleAsync(Token);
        Assert.Equal(0, Difference(many.Scores, _second), 1e-5);
    }

    [Theory]
    [InlineData("no model")]
    [InlineData("")]
    public async Task Predict_AfterTheFileWasReplacedByNoModel_IsTheOldModels(string content)
    {
        var errors = new List<Exception>();
        using ReloadingPredictor predictor = Open(_first, errors.Add);

        await File.WriteAllTextAsync(ModelPath, content, Token);
        _time.Advance(s_interval);
        _time.Advance(s_interval);

        Assert.Equal(0, await DifferenceAsync(predictor, _first), 1e-5);
        Assert.Contains(ModelPath, Assert.Single(errors).Message, StringComparison.Ordinal);
        Replace(_second);
        _time.Advance(s_interval);
        Assert.Equal(0, await DifferenceAsync(predictor, _second), 1e-5);
    }

    [Fact]
    public async Task Predict_AfterTheFileWasDeleted_IsTheOldModels()
    {
        var errors = new List<Exception>();
        using ReloadingPredictor predictor = Open(_first, errors.Add);

        File.Delete(ModelPath);
        _time.Advance(s_interval);

        Assert.Equal(0, await DifferenceAsync(predictor, _first), 1e-5);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Replacing_UnderLoad_DropsNoCall()
    {
        using ReloadingPredictor predictor = Open(_first);
        using var done = new CancellationTokenSource();
        Task<int>[] callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            int calls = 0;
            while (!done.IsCancellationRequested)
            {
                IReadOnlyList<ClassScore> scores = await predictor.PredictAsync(Photo, PhotoModel.Labels.Count, Token);
                Assert.True(Difference(scores, _first) < 1e-4 || Difference(scores, _second) < 1e-4);
                calls++;
            }

            return calls;
        }))];

        for (int round = 0; round < 6; round++)
        {
            Replace(round % 2 == 0 ? _second : _first);
            _time.Advance(s_interval);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(callers), calls => Assert.InRange(calls, 1, int.MaxValue));
    }

    [Fact]
    public async Task PredictMany_WhileTheFileIsReplaced_EndsOnTheModelItBeganWith()
    {
        using ReloadingPredictor predictor = Open(_first);
        IAsyncEnumerator<ImagePrediction> many = predictor
            .PredictManyAsync(Enumerable.Repeat(Photo, 20), PhotoModel.Labels.Count, Token).GetAsyncEnumerator(Token);
        Assert.True(await many.MoveNextAsync());

        Replace(_second);
        _time.Advance(s_interval);

        int rest = 0;
        while (await many.MoveNextAsync())
        {
            Assert.Equal(0, Difference(many.Current.Scores, _first), 1e-5);
            rest++;
        }

        Assert.Equal(19, rest);
        await many.DisposeAsync();
        Assert.Equal(0, await DifferenceAsync(predictor, _second), 1e-5);
    }

    [Fact]
    public async Task Dispose_EndsTheLookingAndLaterCallsThrow()
    {
        ReloadingPredictor predictor = Open(_first);
        predictor.Dispose();
        predictor.Dispose();
        Replace(_second);
        _time.Advance(s_interval);
        predictor.Look();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(Photo, null, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(File.ReadAllBytes(Photo), null, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(Stream.Null, null, Token));
    }

    private static async Task<double> DifferenceAsync(ReloadingPredictor predictor, PhotoModel model) =>
        Difference(await predictor.PredictAsync(Photo, PhotoModel.Labels.Count, Token), model);

    private static double Difference(IReadOnlyList<ClassScore> scores, PhotoModel model) =>
        Photos.MaxDifference([model.Scores[0]], [PhotoModel.InOrder(scores)]);

    private ReloadingPredictor Open(PhotoModel model, Action<Exception>? failed = null)
    {
        model.Save(ModelPath);
        return new(ModelPath, new() { ReloadInterval = s_interval, ReloadFailed = failed }, _time);
    }

    // A file that is written twice within the clock's grain would look the same.
    private void Replace(PhotoModel model)
    {
        string next = _folder.File("next.zip");
        model.Save(next);
        DateTime written = File.Exists(ModelPath) ? File.GetLastWriteTimeUtc(ModelPath) : DateTime.UtcNow;
        File.SetLastWriteTimeUtc(next, written.AddSeconds(1));
        File.Move(next, ModelPath, overwrite: true);
    }
}

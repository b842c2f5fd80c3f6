using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class FindLearningRateTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Search_GivesACurveAscendingInRateAndASuggestionOnIt(int blocks)
    {
        LearningRateSearch found = Search(Options(blocks), new() { From = 1e-4, To = 1, Steps = 41 });

        double[] rates = [.. found.Points.Select(point => point.LearningRate)];
        Assert.InRange(rates.Length, 10, 41);
        Assert.Equal(1e-4, rates[0], 1e-12);
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.Equal(Math.Pow(10, 0.1), pair.Second / pair.First, 1e-6));
        Assert.All(found.Points, point => Assert.True(point.Loss > 0 && double.IsFinite(point.SmoothedLoss)));
        LearningRatePoint best = found.Points.MinBy(point => point.SmoothedLoss)!;
        Assert.Equal(best.LearningRate / 10, found.Suggestion, 1e-12);
        Assert.InRange(found.Suggestion, 1e-5, 0.1);
    }

    [Fact]
    public void Search_UpToRatesThatTrainNothing_EndsWhereTheLossRunsAway()
    {
        LearningRateSearch found = Search(Options(-1), new() { From = 1e-4, To = 1e12, Steps = 60 });

        Assert.InRange(found.Points.Count, 10, 59);
        Assert.InRange(found.Suggestion, 1e-5, 1);
    }

    [Fact]
    public void Search_Twice_GivesTheSameCurve()
    {
        var search = new LearningRateSearchOptions { From = 1e-4, Steps = 12 };

        Assert.Equal(
            Search(Options(2), search).Points.Select(point => (point.Loss, point.SmoothedLoss)),
            Search(Options(2), search).Points.Select(point => (point.Loss, point.SmoothedLoss)));
    }

    [Fact]
    public void Search_BeforeFit_ChangesNothingInTheModel()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2Trainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options());
        trainer.FindLearningRate(data, new() { Steps = 10 });

        using var model = trainer.Fit(data);

        Assert.Equal(TinyNetwork.Options().FitAndScore(_mlContext, data), model.Transform(data).Features("Score"));
    }

    [Fact]
    public void Search_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Search(Options(1).With(its => its.CancellationToken, stop.Token), new()));
    }

    [Theory]
    [InlineData(0, 1, 20, "From is 0; it must be a finite number above 0.")]
    [InlineData(double.NaN, 1, 20, "From is NaN; it must be a finite number above 0.")]
    [InlineData(0.1, 0.1, 20, "To is 0.1; it must be a finite number above From, 0.1.")]
    [InlineData(0.1, double.PositiveInfinity, 20, "a finite number above From, 0.1.")]
    [InlineData(0.1, 1, 9, "Steps is 9; it must be at least 10.")]
    public void Search_WithAnOptionThatIsNotAllowed_SaysWhatIs(double from, double to, int steps, string expected) => Assert.Contains(
        expected,
        Assert.Throws<ArgumentOutOfRangeException>(() => Search(Options(1), new() { From = from, To = to, Steps = steps })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Search_WithoutData_NamesTheParameter() => Assert.Throws<ArgumentNullException>(
        "input", () => _mlContext.MulticlassClassification.Trainers.MobileNetV2(Options(1)).FindLearningRate(null!));

    private LearningRateSearch Search(MobileNetV2TrainerOptions options, LearningRateSearchOptions search) =>
        _mlContext.MulticlassClassification.Trainers.MobileNetV2(options).FindLearningRate(_pictures.Keyed(_mlContext), search);

    private static MobileNetV2TrainerOptions Options(int blocks) =>
        TinyNetwork.Options().With(its => its.FineTuneBlocks, blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks));
}

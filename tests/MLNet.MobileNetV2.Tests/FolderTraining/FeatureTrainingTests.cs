using Microsoft.ML;
using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Parquet;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

public sealed class FeatureTrainingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    public void Run_ReportsEveryRowOfEveryPass_UpToItsSteps(double validation)
    {
        using var photos = new SampleFolder(0);
        var reported = new List<double>();
        FeatureTraining training = Training(photos, validation, reported.Add);

        using ImageFolderTrainingResult result = training.Run(TestContext.Current.CancellationToken);

        // The end of the last pass and the end of the job are both told.
        Assert.InRange(reported.Count, training.Steps, training.Steps + 1);
        Assert.Equal(reported.Order(), reported);
        Assert.Equal((1.0 / training.Steps, 1), (reported[0], reported[^1]));
        Assert.Equal(result.Validation is not null, validation > 0);
    }

    [Fact]
    public void Run_WhenAFileIsReplacedMeanwhile_Fails()
    {
        using var photos = new SampleFolder(0);
        bool isReplaced = false;
        FeatureTraining training = Training(photos, validation: 0.25, _ => Replace());

        Exception error = Assert.ThrowsAny<Exception>(() => training.Run(TestContext.Current.CancellationToken));

        Assert.Contains("was replaced", Assert.IsType<FeatureFileException>(error.GetBaseException()).Message, StringComparison.Ordinal);

        void Replace()
        {
            if (!isReplaced)
            {
                isReplaced = true;
                TestFeatures.Write(
                    photos.PathOf("a.parquet"),
                    21,
                    first: 100,
                    origin: FeatureOrigin.Of(new WeightsStore().Load(WeightsSource.Embedded).Weights));
            }
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void Run_WhenCancelledAmongTheLabelsOrTheValidation_Stops(double part)
    {
        using var photos = new SampleFolder(0);
        using var stop = new CancellationTokenSource();
        double last = 0;
        FeatureTraining training = Training(photos, validation: 0.25, Report);

        Assert.ThrowsAny<OperationCanceledException>(() => training.Run(stop.Token));

        Assert.Equal(part, last);

        void Report(double fraction)
        {
            last = fraction;
            if (fraction >= part)
            {
                stop.Cancel();
            }
        }
    }

    private static FeatureTraining Training(SampleFolder photos, double validation, Action<double> report)
    {
        LoadedWeights weights = new WeightsStore().Load(
            WeightsSource.Embedded, cancellationToken: TestContext.Current.CancellationToken);
        FeatureOrigin origin = FeatureOrigin.Of(weights.Weights);
        TestFeatures.Write(photos.PathOf("a.parquet"), 20, origin: origin);
        TestFeatures.Write(photos.PathOf("b.parquet"), 20, first: 20, origin: origin);
        var mlContext = new MLContext(seed: 1);
        var options = new ImageFolderTrainingOptions
        {
            ValidationFraction = validation,
            Progress = new DirectProgress<ImageFolderTrainingProgress>(state => report(state.Fraction)),
        };
        return new(mlContext, "files", mlContext.Data.LoadFromFeatureFiles(photos.PathOf("*.parquet")), weights, origin.Tap, options);
    }
}

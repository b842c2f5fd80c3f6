using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// What fine-tuning gains over the head alone: accuracy on the same held-out images, with the same weights and split, for three seeds; the
/// differences are taken seed by seed. The held-out images choose nothing: the curve of the epochs is only looked at.
/// </summary>
internal static class FineTuneAccuracyReport
{
    /// <summary>Reports on a folder, of which a fifth is held out, or on two folders.</summary>
    /// <param name="weights">The weights at the start.</param>
    /// <param name="training">The images to train on.</param>
    /// <param name="validation">The images to measure on; null to hold out a fifth of the others.</param>
    /// <param name="options">How to train.</param>
    /// <param name="blocks">What to train besides the head alone.</param>
    public static int Run(
        WeightsSource weights, string training, string? validation, FineTuneOptions options, IReadOnlyList<FineTuneBlocks> blocks)
    {
        var accuracies = new Dictionary<FineTuneBlocks, List<double>>();
        foreach (int seed in (int[])[1, 2, 3])
        {
            var mlContext = new MLContext(seed);
            (IDataView train, IDataView test) = Split(mlContext, training, validation, seed);
            foreach (FineTuneBlocks choice in (FineTuneBlocks[])[FineTuneBlocks.HeadOnly, .. blocks])
            {
                double accuracy = Measure(mlContext, weights, train, test, choice, options with { Seed = seed });
                if (!accuracies.TryGetValue(choice, out List<double>? list))
                {
                    accuracies.Add(choice, list = []);
                }

                list.Add(accuracy);
            }
        }

        foreach ((FineTuneBlocks choice, List<double> values) in accuracies)
        {
            double mean = values.Average();
            double spread = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
            IEnumerable<double> gains = values.Zip(accuracies[FineTuneBlocks.HeadOnly], (tuned, head) => 100 * (tuned - head));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"blocks {choice}: {mean:P1}, spread {100 * spread:F1}; against the head, seed by seed: {Signed(gains)}"));
        }

        return 0;
    }

    private static (IDataView Train, IDataView Test) Split(MLContext mlContext, string training, string? validation, int seed)
    {
        IDataView photos = mlContext.Data.LoadFromImageFolder(training);
        ITransformer toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos);
        if (validation is not null)
        {
            return (toKey.Transform(photos), toKey.Transform(mlContext.Data.LoadFromImageFolder(validation)));
        }

        DataOperationsCatalog.TrainTestData split = mlContext.Data.StratifiedTrainTestSplit(
            toKey.Transform(photos), testFraction: 0.2, seed: seed);
        return (split.TrainSet, split.TestSet);
    }

    private static string Signed(IEnumerable<double> gains) =>
        string.Join(", ", gains.Select(gain => gain.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)));

    private static double Measure(
        MLContext mlContext, WeightsSource weights, IDataView train, IDataView test, FineTuneBlocks blocks, FineTuneOptions options)
    {
        var curve = new List<ValidationResult>();
        var watch = Stopwatch.StartNew();
        using TransformerChain<ITransformer> model = mlContext.MulticlassClassification.Trainers
            .MobileNetV2(new MobileNetV2TrainerOptions
            {
                Weights = weights,
                FineTuneBlocks = blocks,
                FineTuning = options with { RestoreBest = false },
                ValidationSet = test,
                Progress = new Curve(curve),
            })
            .Fit(train);
        double minutes = watch.Elapsed.TotalMinutes;
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {options.Seed}, blocks {blocks}: accuracy {metrics.MicroAccuracy:P1}, log-loss {metrics.LogLoss:F3}, "
                + $"{minutes:F1} minutes"));
        IEnumerable<string> points = curve.Select(
            point => string.Create(CultureInfo.InvariantCulture, $"{point.Accuracy:P1} {point.Loss:F3}"));
        Console.WriteLine($"  after each epoch: {string.Join(", ", points)}");
        return metrics.MicroAccuracy;
    }

    private sealed class Curve(List<ValidationResult> points) : IProgress<FineTuneProgress>
    {
        public void Report(FineTuneProgress value)
        {
            if (value.Validation is { } validation)
            {
                points.Add(validation);
            }
        }
    }
}

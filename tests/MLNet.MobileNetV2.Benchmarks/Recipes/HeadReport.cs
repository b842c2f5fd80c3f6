using Microsoft.ML;
using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>What the options of the head give on the labelled sets: accuracy, log-loss and expected calibration error.</summary>
internal static class HeadReport
{
    private static readonly int[] s_seeds = [1, 2, 3];

    private static readonly (string Name, MobileNetV2HeadOptions Options)[] s_heads =
    [
        ("L2 0.1", new()),
        ("calibrated", new() { CalibratesScores = true }),
        ("L2 by folds", new() { SelectsL2Regularization = true }),
        ("both", new() { SelectsL2Regularization = true, CalibratesScores = true }),
    ];

    /// <summary>Prints a table; a set that is not split yet is split by three seeds.</summary>
    public static int Run(WeightsSource weights)
    {
        Console.WriteLine($"| set | {string.Join(" | ", s_heads.Select(head => head.Name))} |\n|---|---|---|---|---|");
        var sums = new double[s_heads.Length, 3];
        IReadOnlyList<LabelledSet> sets = LabelledSet.In(Environment.GetEnvironmentVariable("MOBILENETV2_TEST_DATA"));
        foreach (LabelledSet set in sets)
        {
            string cells = string.Empty;
            (double[] Accuracy, double[] Loss, double[] Error)[] results = Measure(set, weights);
            for (int head = 0; head < s_heads.Length; head++)
            {
                double[] means = [results[head].Accuracy.Average(), results[head].Loss.Average(), results[head].Error.Average()];
                cells += Cell(means);
                for (int i = 0; i < means.Length; i++)
                {
                    sums[head, i] += means[i] / sets.Count;
                }
            }

            Console.WriteLine($"| `{set.Name}` |{cells}");
        }

        Console.WriteLine("| mean |"
            + string.Concat(Enumerable.Range(0, s_heads.Length).Select(head => Cell([sums[head, 0], sums[head, 1], sums[head, 2]]))));
        return 0;
    }

    private static string Cell(double[] means) => Invariant($" {means[0]:P1}, {means[1]:F3}, {means[2]:F3} |");

    private static (double[] Accuracy, double[] Loss, double[] Error)[] Measure(LabelledSet set, WeightsSource weights)
    {
        ClassificationReport[][] reports = [.. s_seeds.Select(seed => Measure(set, weights, seed))];
        return
        [
            .. Enumerable.Range(0, s_heads.Length).Select(head => (
                reports.Select(seed => seed[head].Accuracy).ToArray(),
                reports.Select(seed => seed[head].LogLoss).ToArray(),
                reports.Select(seed => seed[head].ExpectedCalibrationError).ToArray())),
        ];
    }

    private static ClassificationReport[] Measure(LabelledSet set, WeightsSource weights, int seed)
    {
        var mlContext = new MLContext(seed);
        (IDataView train, IDataView test) = set.Split(mlContext, seed);
        using MobileNetV2FeaturizerTransformer featurizer =
            mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", weights).Fit(train);
        IDataView features = mlContext.Data.Cache(featurizer.Transform(train), "Label", "Features");
        IDataView others = mlContext.Data.Cache(featurizer.Transform(test), "Label", "Features");
        return
        [
            .. s_heads.Select(head => mlContext.MulticlassClassification.EvaluateImageClassifier(
                mlContext.MulticlassClassification.Trainers.MobileNetV2Head(head.Options).Fit(features).Transform(others))),
        ];
    }
}

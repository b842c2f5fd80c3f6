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
        foreach (LabelledSet set in sets.Where(set => set.Name == "grocery-dev"))
        {
            PrintImbalanced(set, weights);
        }

        return 0;
    }

    // The first class keeps all of its photos, the last one a tenth.
    private static void PrintImbalanced(LabelledSet set, WeightsSource weights)
    {
        (double[] Macro, double[] Accuracy) plain = ([], []), balanced = ([], []);
        foreach (int seed in s_seeds)
        {
            var mlContext = new MLContext(seed);
            (IDataView train, IDataView test) = set.Split(mlContext, seed);
            using MobileNetV2FeaturizerTransformer featurizer =
                mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", weights).Fit(train);
            IDataView shuffled = mlContext.Data.ShuffleRows(mlContext.Data.Cache(featurizer.Transform(train), "Label", "Features"), seed);
            IDataView named = mlContext.Transforms.Conversion.MapKeyToValue("Name", "Label").Fit(shuffled).Transform(shuffled);
            string[] classes = [.. ClassNames.Of(train.Schema["Label"])];
            var taken = new Dictionary<string, int>();

            // The cache reads the rows once, in their order.
            IDataView rows = mlContext.Data.Cache(
                mlContext.Data.FilterByCustomPredicate<NamedRow>(named, row =>
                {
                    int count = taken[row.Name] = taken.GetValueOrDefault(row.Name) + 1;
                    return count > 40 - (36 * Array.IndexOf(classes, row.Name) / (classes.Length - 1));
                }),
                "Label",
                "Features");
            plain = Add(plain, Evaluate(new()));
            balanced = Add(balanced, Evaluate(new() { BalancesClasses = true }));

            ClassificationReport Evaluate(MobileNetV2HeadOptions options) => mlContext.MulticlassClassification.EvaluateImageClassifier(
                mlContext.MulticlassClassification.Trainers.MobileNetV2Head(options).Fit(rows).Transform(featurizer.Transform(test)));
        }

        Console.WriteLine(Invariant(
            $"\n{set.Name} with 40 down to 4 photos a class: macro-F1 {plain.Macro.Average():F3}, balanced {balanced.Macro.Average():F3}; ")
            + Invariant($"accuracy {plain.Accuracy.Average():P1}, {balanced.Accuracy.Average():P1}"));

        static (double[], double[]) Add((double[] Macro, double[] Accuracy) sums, ClassificationReport report) =>
            ([.. sums.Macro, report.MacroF1], [.. sums.Accuracy, report.Accuracy]);
    }

    private sealed class NamedRow
    {
        public string Name { get; set; } = string.Empty;
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

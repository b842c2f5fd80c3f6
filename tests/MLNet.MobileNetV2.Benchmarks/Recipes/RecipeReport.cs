using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>
/// Trains on labelled sets in several ways, and compares each with the head alone on the same images. Rows are added to a CSV file as they
/// come; those that are there are not made again, so that it can be stopped and go on.
/// </summary>
internal static class RecipeReport
{
    /// <summary>Trains what is not yet in the results, and prints the table.</summary>
    /// <param name="results">The CSV file.</param>
    /// <param name="arguments">
    /// <c>--weights</c>, <c>--seeds</c> and <c>--sets</c> with their values, and entries; see <see cref="RecipeEntry.Parse"/>.
    /// </param>
    public static int Run(string results, string[] arguments)
    {
        string weights = "imagenet";
        int[] seeds = [1, 2, 3];
        IReadOnlyList<LabelledSet> sets = LabelledSet.In(Environment.GetEnvironmentVariable("MOBILENETV2_TEST_DATA"));
        var entries = new List<RecipeEntry>();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--weights":
                    weights = arguments[++i];
                    break;
                case "--seeds":
                    seeds = [.. arguments[++i].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
                    break;
                case "--sets":
                    string[] names = arguments[++i].Split(',');
                    sets = [.. sets.Where(set => names.Contains(set.Name))];
                    break;
                default:
                    entries.Add(RecipeEntry.Parse(arguments[i]));
                    break;
            }
        }

        HashSet<(string, string, int, string)> done = [.. RecipeRow.Read(results).Select(row => row.Key)];
        if (done.Count == 0)
        {
            File.WriteAllLines(results, [RecipeRow.Header]);
        }

        foreach (int seed in seeds)
        {
            foreach ((LabelledSet set, RecipeEntry entry) in sets.SelectMany(set => entries.Select(entry => (set, entry))))
            {
                if (done.Add((entry.Name, set.Name, seed, weights)))
                {
                    File.AppendAllLines(results, [Measure(entry, set, seed, weights).ToString()]);
                }
            }
        }

        RecipeTable.Print(RecipeRow.Read(results));
        return 0;
    }

    private static RecipeRow Measure(RecipeEntry entry, LabelledSet set, int seed, string weights)
    {
        var mlContext = new MLContext(seed);
        (IDataView train, IDataView test) = set.Split(mlContext, seed);
        FineTuneTrial? trial = null;
        var options = new MobileNetV2TrainerOptions
        {
            Weights = WeightsSource.Parse(weights),
            FineTuneBlocks = entry.Blocks,
            FineTuneIfBetter = entry.IsAuto,
            TrialEnded = ended => trial = ended,
            FineTuning = entry.Recipe with { Seed = seed },
        };
        var watch = Stopwatch.StartNew();
        using TransformerChain<ITransformer> model = mlContext.MulticlassClassification.Trainers.MobileNetV2(options).Fit(train);
        double minutes = watch.Elapsed.TotalMinutes;
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        return new(
            entry.Name,
            set.Name,
            seed,
            weights,
            metrics.MicroAccuracy,
            metrics.LogLoss,
            minutes,
            trial is { ChoosesFineTuning: false } ? "0" : entry.Blocks.ToString(),
            trial?.Head?.Accuracy,
            trial?.FineTuned?.Accuracy);
    }
}

using System.Globalization;
using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>Results as tables of Markdown.</summary>
internal static class RecipeTable
{
    // Student's t for a two-sided interval of 95 %, by the degrees of freedom.
    private static readonly double[] s_t = [double.NaN, 12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];

    /// <summary>
    /// Prints for each way of training the accuracy on each set, what it gains over the head alone, and the mean over sets; the log-losses;
    /// and how good the choices were between head and network.
    /// </summary>
    public static void Print(IReadOnlyList<RecipeRow> rows)
    {
        foreach (IGrouping<string, RecipeRow> weights in rows.GroupBy(row => row.Weights))
        {
            string[] sets = [.. weights.Select(row => row.Set).Distinct().Order(StringComparer.Ordinal)];
            Dictionary<(string, int), RecipeRow> heads = weights.Where(row => row.Entry == RecipeEntry.Head)
                .ToDictionary(row => (row.Set, row.Seed));
            ILookup<string, Pair> entries = weights.Where(row => heads.ContainsKey((row.Set, row.Seed)))
                .ToLookup(row => row.Entry, row => new Pair(row, heads[(row.Set, row.Seed)]));

            PrintHeader($"{weights.Key}: accuracy", [.. sets, "mean gain", "minutes"]);
            foreach (IGrouping<string, Pair> entry in entries)
            {
                IEnumerable<string> cells = sets.Select(set => Cell([.. entry.Where(pair => pair.Row.Set == set)]));
                string minutes = Invariant($"{entry.Average(pair => pair.Row.Minutes):F1}");
                Console.WriteLine($"| {entry.Key} | {string.Join(" | ", cells)} | {Interval([.. entry])} | {minutes} |");
            }

            PrintHeader($"{weights.Key}: log-loss (of the head)", [.. sets, "mean"]);
            foreach (IGrouping<string, Pair> entry in entries)
            {
                IEnumerable<string> cells = sets.Select(set => LogLoss([.. entry.Where(pair => pair.Row.Set == set)]));
                Console.WriteLine($"| {entry.Key} | {string.Join(" | ", cells)} | {LogLoss([.. entry])} |");
            }

            ChoiceTable.Print([.. weights]);
        }
    }

    private static void PrintHeader(string name, string[] columns)
    {
        Console.WriteLine($"\n| {name} | {string.Join(" | ", columns)} |");
        Console.WriteLine(string.Concat(Enumerable.Repeat("|---", columns.Length + 1)) + "|");
    }

    private static string Cell(Pair[] pairs) => pairs.Length == 0
        ? string.Empty
        : Invariant(
            $"{100 * pairs.Average(pair => pair.Row.Accuracy):F1} % ({string.Join(", ", pairs.Select(pair => Signed(pair.Gain)))})");

    // The sets are the sample: seeds of one set share its images.
    private static string Interval(Pair[] pairs)
    {
        double[] gains = [.. pairs.GroupBy(pair => pair.Row.Set).Select(set => set.Average(pair => pair.Gain))];
        if (gains.Length == 0)
        {
            return string.Empty;
        }

        double mean = gains.Average();
        if (gains.Length == 1 || gains.Length > s_t.Length)
        {
            return Signed(mean);
        }

        double deviation = Math.Sqrt(gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1));
        return Invariant($"{Signed(mean)} ± {s_t[gains.Length - 1] * deviation / Math.Sqrt(gains.Length):F1}");
    }

    private static string LogLoss(Pair[] pairs) => pairs.Length == 0
        ? string.Empty
        : Invariant($"{pairs.Average(pair => pair.Row.LogLoss):F3} ({pairs.Average(pair => pair.Head.LogLoss):F3})");

    private static string Signed(double gain) => gain.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private sealed record Pair(RecipeRow Row, RecipeRow Head)
    {
        public double Gain => 100 * (Row.Accuracy - Head.Accuracy);
    }
}

using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Checks;

/// <summary>How many wrong labels a check finds, and how many of those that it names are wrong: labels are changed at random.</summary>
internal static class LabelNoiseReport
{
    private static readonly double[] s_shares = [0.05, 0.1];
    private static readonly int[] s_seeds = [1, 2, 3];

    /// <summary>Prints precision and recall for each folder, share and seed.</summary>
    /// <param name="weights">The weights of the features.</param>
    /// <param name="folders">Folders with one sub-folder per class.</param>
    public static int Run(WeightsSource weights, IReadOnlyList<string> folders)
    {
        Console.WriteLine("| folder | labels changed | precision, recall of seeds 1, 2, 3 | mean |\n|---|---|---|---|");
        foreach (string folder in folders)
        {
            foreach (double share in s_shares)
            {
                (double Precision, double Recall)[] results = [.. s_seeds.Select(seed => Measure(weights, folder, share, seed))];
                Console.WriteLine(
                    Invariant($"| `{folder}` | {share:P0} | ")
                    + string.Join("; ", results.Select(one => Invariant($"{one.Precision:P0}, {one.Recall:P0}")))
                    + Invariant($" | {results.Average(one => one.Precision):P0}, {results.Average(one => one.Recall):P0} |"));
            }
        }

        return 0;
    }

    private static (double Precision, double Recall) Measure(WeightsSource weights, string folder, double share, int seed)
    {
        string changed = Directory.CreateTempSubdirectory("label-noise-").FullName;
        try
        {
            HashSet<string> wrong = Link(folder, changed, share, new Random(seed));
            var check = ImageDatasetCheck.Create(changed, new() { Weights = weights, Seed = seed });
            int found = check.LikelyWrong.Count(photo => wrong.Contains(Path.GetFileName(photo.Path)));
            return ((double)found / Math.Max(1, check.LikelyWrong.Count), (double)found / wrong.Count);
        }
        finally
        {
            Directory.Delete(changed, recursive: true);
        }
    }

    // Links leave the photos where they are; each has a name of its own, by which it is known.
    private static HashSet<string> Link(string folder, string changed, double share, Random random)
    {
        string[] classes = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        (string File, string Label)[] photos =
        [
            .. classes.SelectMany(label => Directory.GetFiles(Path.Combine(folder, label)).Order(StringComparer.Ordinal)
                .Select(file => (file, label))),
        ];
        var wrong = new HashSet<string>(StringComparer.Ordinal);
        HashSet<int> chosen = [.. Enumerable.Range(0, photos.Length).OrderBy(_ => random.Next()).Take((int)(share * photos.Length))];
        foreach ((int index, (string file, string label)) in photos.Index())
        {
            string name = Invariant($"{index}{Path.GetExtension(file)}");
            string[] others = [.. classes.Where(other => other != label)];
            string given = chosen.Contains(index) ? others[random.Next(others.Length)] : label;
            Directory.CreateDirectory(Path.Combine(changed, given));
            File.CreateSymbolicLink(Path.Combine(changed, given, name), Path.GetFullPath(file));
            if (given != label)
            {
                wrong.Add(name);
            }
        }

        return wrong;
    }
}

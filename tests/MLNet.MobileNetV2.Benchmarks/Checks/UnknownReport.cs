using Microsoft.ML;
using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Checks;

/// <summary>
/// How well models tell photos of classes that they were not trained on: two classes of a set are left out in turn.
/// </summary>
internal static class UnknownReport
{
    private const string UnknownLabel = "unknown";
    private const int LeftOut = 2;

    /// <summary>Prints a line a set: means over the pairs of classes that are left out.</summary>
    /// <param name="weights">The weights of the features.</param>
    /// <param name="others">A folder of other photos, without classes.</param>
    /// <param name="sets">The sets.</param>
    public static int Run(WeightsSource weights, string others, IReadOnlyList<string> sets)
    {
        Console.WriteLine(
            "| set | left out | AUROC | of the best probability | known kept | unknown refused | other photos: AUROC, refused |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        string[] other = Directory.GetFiles(others);
        foreach (string set in sets)
        {
            string work = Directory.CreateTempSubdirectory("unknown-").FullName;
            try
            {
                var photos = new LinkedClasses(set);
                Result[] results =
                [
                    .. photos.Classes.Chunk(LeftOut).Where(left => left.Length == LeftOut)
                        .Select(left => Measure(weights, photos, left, other, work)),
                ];
                Console.WriteLine(
                    Invariant($"| `{Path.GetFileName(Path.TrimEndingDirectorySeparator(set))}` | {LeftOut} of {photos.Classes.Count} | ")
                    + Invariant($"{results.Average(one => one.Auroc):F2} | {results.Average(one => one.OfProbability):F2} | ")
                    + Invariant($"{results.Average(one => one.Kept):P0} | {results.Average(one => one.Refused):P0} | ")
                    + Invariant($"{results.Average(one => one.OtherAuroc):F2}, {results.Average(one => one.OtherRefused):P0} |"));
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }

        return 0;
    }

    private static Result Measure(WeightsSource weights, LinkedClasses photos, string[] left, string[] other, string work)
    {
        string[] known = [.. photos.Classes.Except(left)];
        using ImageFolderTrainingResult result = ImageFolderTraining.Run(
            photos.LinkTraining(work, known), new() { Weights = weights, UnknownLabel = UnknownLabel });
        Row[] ofKnown = Score(result.Model, Files(photos.LinkValidation(work, known)));
        Row[] ofUnknown = Score(result.Model, Files(photos.LinkValidation(work, left)));
        Row[] ofOther = Score(result.Model, other);
        return new(
            Auroc(ofKnown, ofUnknown, row => row.Strangeness),
            Auroc(ofKnown, ofUnknown, row => -row.Score.Max()),
            ofKnown.Average(row => row.IsUnknown ? 0.0 : 1),
            ofUnknown.Average(row => row.IsUnknown ? 1.0 : 0),
            Auroc(ofKnown, ofOther, row => row.Strangeness),
            ofOther.Average(row => row.IsUnknown ? 1.0 : 0));
    }

    private static string[] Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);

    private static Row[] Score(ITransformer model, string[] files)
    {
        var mlContext = new MLContext();
        IDataView photos = mlContext.Data.LoadFromEnumerable(files.Select(file => new Photo { ImagePath = file }));
        return [.. mlContext.Data.CreateEnumerable<Row>(model.Transform(photos), reuseRowObject: false)];
    }

    // The probability that an unknown photo is stranger than a known one.
    private static double Auroc(Row[] known, Row[] unknown, Func<Row, float> strangeness)
    {
        float[] least = [.. known.Select(strangeness)];
        return unknown.Select(strangeness)
            .Average(value => least.Average(other => value > other ? 1 : value < other ? 0 : 0.5));
    }

    private sealed record Result(
        double Auroc, double OfProbability, double Kept, double Refused, double OtherAuroc, double OtherRefused);

    private sealed class Photo
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class Row
    {
        public float[] Score { get; set; } = [];

        public float Strangeness { get; set; }

        public bool IsUnknown { get; set; }
    }
}

using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Checks;

/// <summary>
/// How good a model is that gets one class more without the photos of the others, against one that is trained on all at once: each class of
/// a set is the new one in turn.
/// </summary>
internal static class GrowthReport
{
    /// <summary>Prints a line a set: means over the classes.</summary>
    /// <param name="weights">The weights of the features.</param>
    /// <param name="sets">The sets.</param>
    public static int Run(WeightsSource weights, IReadOnlyList<string> sets)
    {
        Console.WriteLine("| set | all at once: accuracy, of the new class, log-loss | grown: accuracy, of the new class, log-loss |");
        Console.WriteLine("|---|---|---|");
        foreach (string set in sets)
        {
            string work = Directory.CreateTempSubdirectory("growth-").FullName;
            try
            {
                var photos = new LinkedClasses(set);
                string validation = photos.LinkValidation(work, photos.Classes);
                using ImageFolderTrainingResult all = ImageFolderTraining.Run(
                    photos.LinkTraining(work, photos.Classes), new() { Weights = weights, ValidationFolder = validation });
                (string Label, ClassificationReport Report)[] grown =
                    [.. photos.Classes.Select(added => (added, Grow(weights, photos, added, validation, work)))];
                Console.WriteLine(
                    Invariant($"| `{Path.GetFileName(Path.TrimEndingDirectorySeparator(set))}` | {all.Validation!.Accuracy:P1}, ")
                    + Invariant($"{photos.Classes.Average(label => Recall(all.Validation, label)):P1}, {all.Validation.LogLoss:F3} | ")
                    + Invariant($"{grown.Average(one => one.Report.Accuracy):P1}, ")
                    + Invariant($"{grown.Average(one => Recall(one.Report, one.Label)):P1}, ")
                    + Invariant($"{grown.Average(one => one.Report.LogLoss):F3} |"));
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }

        return 0;
    }

    private static ClassificationReport Grow(
        WeightsSource weights, LinkedClasses photos, string added, string validation, string work)
    {
        string model = Path.Combine(work, "model.zip");
        using (ImageFolderTrainingResult before = ImageFolderTraining.Run(
            photos.LinkTraining(work, photos.Classes.Where(label => label != added)), new() { Weights = weights }))
        {
            before.Save(model);
        }

        using ImageFolderGrowthResult after = ImageFolderGrowth.Run(
            model, photos.LinkTraining(work, [added]), new() { ValidationFolder = validation });
        return after.Validation!;
    }

    private static double Recall(ClassificationReport report, string label) => report.PerClass.Single(one => one.Label == label).Recall;
}

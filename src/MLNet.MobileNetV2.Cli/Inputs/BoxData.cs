using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>Reads and checks data sets of boxes, and says what is wrong with them.</summary>
internal static class BoxData
{
    // The rest is counted.
    private const int MostFindings = 20;

    /// <summary>What of a data set can be used.</summary>
    /// <param name="terminal">Where to say what is wrong.</param>
    /// <param name="path">The data set.</param>
    /// <param name="classes">The classes that are allowed; null for the data set's own.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public static async Task<DetectionDataset> LoadAsync(
        Terminal terminal, string path, IReadOnlyList<string>? classes, CancellationToken cancellationToken)
    {
        DetectionDataset dataset = DetectionDataset.Load(path, cancellationToken: cancellationToken);
        DetectionDatasetCheck check = await ProgressBar.RunAsync(terminal, "checking", dataset.Images.Count, report =>
            DetectionDatasetCheck.Create(
                dataset, classes, progress: new DirectProgress<int>(done => report(done)), cancellationToken: cancellationToken));
        terminal.Warn(check.Findings.Take(MostFindings).Select(finding => Sentence(finding)));
        if (check.Findings.Count > MostFindings)
        {
            terminal.Warn($"and {check.Findings.Count - MostFindings} more of these.");
        }

        return check.Usable;
    }

    /// <summary>How well a model finds the objects of a data set.</summary>
    /// <exception cref="CommandFailedException">It has no usable box of the model's classes.</exception>
    public static Task<DetectionReport> MeasureAsync(
        Terminal terminal, DetectorModel model, DetectionDataset dataset, CancellationToken cancellationToken)
    {
        if (!dataset.Images.Any(image => image.Boxes.Count > 0))
        {
            const int Shown = 10;
            string more = model.Labels.Count > Shown ? ", …" : string.Empty;
            string classes = string.Join(", ", model.Labels.Take(Shown));
            throw new CommandFailedException($"The data set '{dataset.Path}' has no usable box of the model's classes: {classes}{more}.");
        }

        return ProgressBar.RunAsync(terminal, "measuring", dataset.Images.Count, report => MobileNetV2DetectorTrainer.Evaluate(
            model, dataset, new DirectProgress<int>(done => report(done)), cancellationToken));
    }

    private static string Sentence(DatasetFinding finding)
    {
        string what = finding.Treatment switch
        {
            DatasetTreatment.Dropped => "left out: ",
            DatasetTreatment.Clipped => "clipped: ",
            _ => string.Empty,
        };
        return finding.ImagePath is { } image ? $"{image}: {what}{finding.Description}" : $"{what}{finding.Description}";
    }
}

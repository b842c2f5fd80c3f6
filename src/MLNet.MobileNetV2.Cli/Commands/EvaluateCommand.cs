using System.CommandLine;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>evaluate</c>: how well a saved model names the images of a folder.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        Argument<string> folder = CommonSymbols.Folder();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("evaluate", "Measures a saved model on a folder of images.") { model, folder, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal, parsed.GetRequiredValue(model), parsed.GetRequiredValue(folder), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string modelPath, string folder, bool json, CancellationToken cancellationToken)
    {
        var listing = ImageFolderListing.OfClasses(folder, cancellationToken);
        IReadOnlyList<ImageFile> files = listing.Labelled(new ImageFolderOptions { MinimumClasses = 1 });
        terminal.Warn(listing.LeftOut());
        using var model = PictureModel.Load(modelPath);
        Dictionary<string, int> indices = IndicesOf(model.Classes);
        CheckLabels(folder, files, model.Classes, indices);

        var skipped = new List<BadImage>();
        List<(int, ReadOnlyMemory<float>)> predictions = await ProgressBar.RunAsync(
            terminal,
            "evaluating",
            files.Count,
            report => ScoreAsync(model, files, indices, skipped, done => report(done), cancellationToken));
        terminal.WriteSkipped(skipped);
        if (predictions.Count == 0)
        {
            throw new CommandFailedException($"None of the {files.Count} images in '{folder}' can be used.");
        }

        var report = ClassificationReport.Create(model.Classes, predictions);
        if (json)
        {
            terminal.WriteJson(new EvaluateResult(
                report.Images, report.Accuracy, report.MacroF1, report.LogLoss, report.Classes, report.Confusion, skipped));
        }
        else
        {
            ReportPrinter.Write(terminal, report);
        }

        return ExitCode.Done;
    }

    private static async Task<List<(int, ReadOnlyMemory<float>)>> ScoreAsync(
        PictureModel model,
        IReadOnlyList<ImageFile> files,
        Dictionary<string, int> indices,
        List<BadImage> skipped,
        Action<long> report,
        CancellationToken cancellationToken)
    {
        var predictions = new List<(int, ReadOnlyMemory<float>)>(files.Count);
        IEnumerable<ImageArgument> pictures = files.Select(file => new ImageArgument(file.ImagePath));
        await foreach (PhotoOutcome<IReadOnlyList<ClassScore>> outcome
            in model.PredictAsync(pictures, model.Classes.Count, cancellationToken))
        {
            if (outcome.Error is { } error)
            {
                skipped.Add(new(outcome.Path, error.Reason));
            }
            else
            {
                float[] scores = new float[model.Classes.Count];
                foreach (ClassScore score in outcome.Result!)
                {
                    scores[score.Index] = score.Score;
                }

                predictions.Add((indices[files[predictions.Count + skipped.Count].Label], scores));
            }

            report(predictions.Count + skipped.Count);
        }

        return predictions;
    }

    /// <summary>The index of each name; names that several classes have are left out.</summary>
    private static Dictionary<string, int> IndicesOf(IReadOnlyList<string> names) => names.Index()
        .GroupBy(name => name.Item, StringComparer.Ordinal)
        .Where(group => group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.Single().Index, StringComparer.Ordinal);

    private static void CheckLabels(
        string folder, IReadOnlyList<ImageFile> files, IReadOnlyList<string> classes, Dictionary<string, int> indices)
    {
        string[] unknown =
            [.. files.Select(file => file.Label).Where(label => !indices.ContainsKey(label)).Distinct(StringComparer.Ordinal)];
        if (unknown.FirstOrDefault(classes.Contains) is { } shared)
        {
            throw new CommandFailedException(
                $"The folder '{folder}' cannot be evaluated: '{shared}' is the name of several classes of the model, "
                    + "so its sub-folder cannot be matched.");
        }

        if (unknown.Length > 0)
        {
            throw new CommandFailedException(
                $"The folder '{folder}' has sub-folders that are not classes of the model: {string.Join(", ", unknown)}. "
                + $"The model's classes are: {string.Join(", ", indices.Keys.Order(StringComparer.Ordinal))}.");
        }
    }
}

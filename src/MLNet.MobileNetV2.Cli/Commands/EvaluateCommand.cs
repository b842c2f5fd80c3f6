using System.CommandLine;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>evaluate</c>: how well a saved model names the pictures of a folder.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        Argument<string> folder = CommonSymbols.Folder();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("evaluate", "Measures a saved model on a folder of pictures.") { model, folder, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal, parsed.GetRequiredValue(model), parsed.GetRequiredValue(folder), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string modelPath, string folder, bool json, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImageFile> files = LabelledFolder.Read(folder, minimumClasses: 1, cancellationToken);
        OtherFiles.WriteOfClasses(terminal, folder, cancellationToken);
        using ModelScorer scorer = ModelScorer.Load(modelPath);
        Dictionary<string, int> indices = ModelClasses.Indices(scorer.Classes);
        CheckLabels(folder, files, scorer.Classes, indices);

        var skipped = new List<SkippedImage>();
        List<(int, ReadOnlyMemory<float>)> predictions = await ProgressBar.RunAsync(
            terminal, "evaluating", files.Count, report => Score(scorer, files, indices, skipped, done => report(done), cancellationToken));
        terminal.WriteSkipped(skipped);
        if (predictions.Count == 0)
        {
            throw new CommandFailedException($"None of the {files.Count} pictures in '{folder}' can be used.");
        }

        ClassificationReport report = ClassificationReport.Create(scorer.Classes, predictions);
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

    private static List<(int, ReadOnlyMemory<float>)> Score(
        ModelScorer scorer,
        IReadOnlyList<ImageFile> files,
        Dictionary<string, int> indices,
        List<SkippedImage> skipped,
        Action<long> report,
        CancellationToken cancellationToken)
    {
        var predictions = new List<(int, ReadOnlyMemory<float>)>(files.Count);
        foreach (ImageFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                predictions.Add((indices[file.Label], scorer.Score(file.ImagePath)));
            }
            catch (BadImageException error)
            {
                skipped.Add(new SkippedImage(file.ImagePath, error.Reason));
            }

            report(predictions.Count + skipped.Count);
        }

        return predictions;
    }

    private static void CheckLabels(
        string folder, IReadOnlyList<ImageFile> files, IReadOnlyList<string> classes, Dictionary<string, int> indices)
    {
        string[] unknown = [.. files.Select(file => file.Label).Where(label => !indices.ContainsKey(label)).Distinct(StringComparer.Ordinal)];
        if (unknown.FirstOrDefault(classes.Contains) is { } shared)
        {
            throw new CommandFailedException(
                $"The folder '{folder}' cannot be evaluated: '{shared}' is the name of several classes of the model, so its sub-folder fits none.");
        }

        if (unknown.Length > 0)
        {
            throw new CommandFailedException(
                $"The folder '{folder}' has sub-folders that are no class of the model: {string.Join(", ", unknown)}. "
                + $"The model's classes are: {string.Join(", ", indices.Keys.Order(StringComparer.Ordinal))}.");
        }
    }
}

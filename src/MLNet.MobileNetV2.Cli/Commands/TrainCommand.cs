using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Training;
using MLNet.MobileNetV2.Evaluation;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>train</c>: from a folder of photos to a saved classifier.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = CommonSymbols.Folder();
        Option<string> output = CommonSymbols.Required(
            new Option<string>("--output", "-o") { Description = "The model file to write; one that is there is replaced.", HelpName = "model.zip" });
        Option<ValidationChoice?> validation = new("--validation")
        {
            Description = "Pictures to measure on: a folder like the first, or a fraction of it (for example 0.2) that is held out; the model is trained on the rest.",
            HelpName = "folder|fraction",
            CustomParser = ValidationChoice.Parse,
        };
        Option<WeightsSource> weights = CommonSymbols.Weights(
            $"auto, imagenet, imagenet-keras, coco, or a weight file ({CommonSymbols.WeightFiles}). "
            + "auto takes ImageNet where it can be had, else the embedded coco, and says so.");
        Option<int> seed = CommonSymbols.Seed();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("train", "Trains a classifier on a folder of photos and saves it.")
        {
            folder, output, validation, weights, seed, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal,
            parsed.GetRequiredValue(output),
            () => ReadFiles(terminal, parsed.GetRequiredValue(folder), parsed.GetValue(validation), parsed.GetValue(seed), cancellationToken),
            parsed.GetRequiredValue(weights),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static TrainingFiles ReadFiles(
        Terminal terminal, string folder, ValidationChoice? validation, int seed, CancellationToken cancellationToken)
    {
        TrainingFiles files = TrainingFiles.Read(folder, validation, seed, cancellationToken);
        LabelledFolder.WriteOtherFiles(terminal, folder, cancellationToken);
        if (validation?.Folder is { } other)
        {
            LabelledFolder.WriteOtherFiles(terminal, other, cancellationToken);
        }

        return files;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string output, Func<TrainingFiles> read, WeightsSource weights, bool json, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        OutputFile.CheckWritable(output);
        TrainingFiles files = read();
        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, WeightsChoice.OpenStore(), weights, cancellationToken);
        WeightsChoice.WriteFallback(terminal, loaded);
        using var job = new TrainingJob(loaded.Weights, cancellationToken);
        ClassificationReport? report = await ProgressBar.RunAsync(terminal, "training", files.Count, progress => job.Run(files, progress));
        cancellationToken.ThrowIfCancellationRequested();
        OutputFile.Write(output, job.Save);
        terminal.WriteSkipped(job.Skipped);

        var result = new TrainResult(
            job.Classes,
            job.TrainImages,
            report?.Images ?? 0,
            report?.Accuracy,
            loaded.Model?.Name ?? weights.Name,
            Math.Round(watch.Elapsed.TotalSeconds, 3),
            job.Skipped);
        if (json)
        {
            terminal.WriteJson(result);
        }
        else
        {
            await WriteAsync(terminal, output, result, report);
        }

        return ExitCode.Done;
    }

    private static async Task WriteAsync(Terminal terminal, string output, TrainResult result, ClassificationReport? report)
    {
        await terminal.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.TrainImages} images of {result.Classes.Count} classes, weights {result.Weights}, {result.Seconds:F1} s -> {output}"));
        if (report is not null)
        {
            await terminal.Output.WriteAsync("validation: ");
            ReportPrinter.Write(terminal, report);
        }
    }
}

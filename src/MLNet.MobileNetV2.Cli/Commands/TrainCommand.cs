using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Training;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>train</c>: from a folder of photos, or from feature files, to a saved classifier.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = CommonSymbols.Folder();
        folder.Arity = ArgumentArity.ZeroOrOne;
        Option<string> output = CommonSymbols.Required(
            new Option<string>("--output", "-o") { Description = "The model file to write; one that is there is replaced.", HelpName = "model.zip" });
        Option<string[]> features = new("--features")
        {
            Description = "Train on the features and labels of files that 'featurize' wrote, in place of a folder: files, folders, or a pattern such as 'out/*.parquet'.",
            HelpName = "files",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<ValidationChoice?> validation = new("--validation")
        {
            Description = "Pictures to measure on: a folder like the first, or a fraction of it (for example 0.2) that is held out; the model is trained on the rest.",
            HelpName = "folder|fraction",
            CustomParser = ValidationChoice.Parse,
        };
        Option<WeightsSource> weights = CommonSymbols.Weights(
            $"auto, imagenet, imagenet-keras, coco, or a weight file ({CommonSymbols.WeightFiles}). "
            + "auto takes ImageNet where it can be had, else the embedded coco, and says so; with --features, the weights that these name.");
        var cache = new CacheChoice();
        var fineTuning = new FineTuneSymbols();
        Option<int> seed = CommonSymbols.Seed();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("train", "Trains a classifier on a folder of photos, or on their features, and saves it.")
        {
            folder, output, features, validation, weights, seed, json,
        };
        cache.AddTo(command);
        fineTuning.AddTo(command);
        command.Validators.Add(result => CheckSource(result, folder, features, validation, cache.Folder));
        command.Validators.Add(result =>
        {
            if (fineTuning.IsGiven(result) && (result.GetResult(features) ?? result.GetResult(cache.Folder)) is not null)
            {
                result.AddError("--fine-tune needs the pictures themselves: it goes neither with --features nor with --cache.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            WeightsSource source = parsed.GetRequiredValue(weights);
            string[]? files = parsed.GetResult(features) is null ? null : parsed.GetValue(features);
            ValidationChoice? choice = parsed.GetValue(validation);
            int number = parsed.GetValue(seed);
            return RunAsync(
                terminal,
                parsed.GetRequiredValue(output),
                () => files is null
                    ? OnPhotosAsync(
                        terminal,
                        parsed.GetRequiredValue(folder),
                        choice,
                        number,
                        source,
                        (files, weights) => fineTuning.Choice(parsed) is { } blocks
                            ? new FineTuneJob(files, weights, blocks, fineTuning.Options(parsed, number))
                            : new TrainingJob(files, weights, cache.Options(terminal, parsed)),
                        cancellationToken)
                    : OnFeaturesAsync(
                        terminal, files, choice, number, parsed.GetResult(weights) is { Implicit: false } ? source : null, cancellationToken),
                parsed.GetValue(json),
                cancellationToken);
        });
        return command;
    }

    private static void CheckSource(
        CommandResult result, Argument<string> folder, Option<string[]> features, Option<ValidationChoice?> validation, Option<string> cache)
    {
        bool hasFeatures = result.GetResult(features) is not null;
        if (hasFeatures == result.GetResult(folder)?.Tokens is { Count: > 0 })
        {
            result.AddError(hasFeatures ? "A folder and --features are given; one of them is needed." : "A folder of photos or --features is needed.");
        }

        if (hasFeatures && result.GetResult(features)!.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError("--features is empty; files, folders or a pattern are needed.");
        }

        if (hasFeatures && result.GetResult(cache) is not null)
        {
            result.AddError("--cache has no meaning with --features: nothing is featurized.");
        }

        if (hasFeatures && result.GetResult(validation)?.Tokens is [{ Value: var other }] && Directory.Exists(other))
        {
            result.AddError($"--validation is the folder '{other}'; with --features a fraction is needed.");
        }
    }

    private static async Task<(ITrainingJob Job, string Weights)> OnPhotosAsync(
        Terminal terminal,
        string folder,
        ValidationChoice? validation,
        int seed,
        WeightsSource source,
        Func<TrainingFiles, MobileNetV2Weights, ITrainingJob> create,
        CancellationToken cancellationToken)
    {
        TrainingFiles files = TrainingFiles.Read(folder, validation, seed, cancellationToken);
        OtherFiles.WriteOfClasses(terminal, folder, cancellationToken);
        if (validation?.Folder is { } other)
        {
            OtherFiles.WriteOfClasses(terminal, other, cancellationToken);
        }

        if (files.TrainedOn > 0)
        {
            terminal.Error.WriteLine(
                $"{files.TrainedOn} of the {files.Validation.Count} pictures to validate on are trained on too: the validation says more good of the model than it deserves.");
        }

        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, WeightsChoice.OpenStore(), source, cancellationToken);
        WeightsChoice.WriteFallback(terminal, loaded);
        return (create(files, loaded.Weights), loaded.Model?.Name ?? source.Name);
    }

    private static async Task<(ITrainingJob Job, string Weights)> OnFeaturesAsync(
        Terminal terminal, string[] files, ValidationChoice? validation, int seed, WeightsSource? source, CancellationToken cancellationToken)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromFeatureFiles(files);
        FeatureOrigin origin = FeatureOrigin.Of(data);
        MobileNetV2Weights weights = await FeatureWeights.LoadAsync(terminal, origin, source, cancellationToken);
        return (new FeatureTrainingJob(terminal, mlContext, files, data, weights, validation?.Fraction, seed), source?.Name ?? origin.WeightsName);
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string output, Func<Task<(ITrainingJob Job, string Weights)>> prepare, bool json, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        OutputFile.CheckWritable(output);
        (ITrainingJob job, string weights) = await prepare();
        using (job)
        {
            ClassificationReport? report = await ProgressBar.RunAsync(
                terminal, "training", job.Steps, progress => job.Run(progress, cancellationToken), job.IsEven);
            cancellationToken.ThrowIfCancellationRequested();
            OutputFile.Write(output, job.Save);
            job.Saved();
            terminal.WriteSkipped(job.Skipped);
            var result = new TrainResult(
                job.Classes,
                job.TrainImages,
                report?.Images ?? 0,
                report?.Accuracy,
                report is null ? null : Measures.Of(report),
                weights,
                job.FineTuned.Blocks,
                job.FineTuned.IsAll,
                job.Trial?.Head?.Accuracy,
                job.Trial?.FineTuned?.Accuracy,
                job.Trial?.UntriedReason,
                Math.Round(watch.Elapsed.TotalSeconds, 3),
                job.Skipped);
            if (json)
            {
                terminal.WriteJson(result);
            }
            else
            {
                await WriteAsync(terminal, output, result, job.FineTuned, report);
            }
        }

        return ExitCode.Done;
    }

    private static async Task WriteAsync(
        Terminal terminal, string output, TrainResult result, FineTunedPart fineTuned, ClassificationReport? report)
    {
        await terminal.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.TrainImages} images of {result.Classes.Count} classes, weights {result.Weights}{fineTuned}, {result.Seconds:F1} s -> {output}"));
        if (result is { TrialHeadAccuracy: { } head, TrialFineTunedAccuracy: { } tuned })
        {
            await terminal.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"tried on a held-out fifth: fine-tuned {tuned:P1}, head alone {head:P1}: {(result.FineTunedBlocks == 0 ? "the head alone is kept" : "fine-tuned on all")}"));
        }
        else if (result.UntriedReason is { } reason)
        {
            await terminal.Output.WriteLineAsync($"fine-tuning was not tried: {reason}; the head alone is trained");
        }

        if (report is not null)
        {
            await terminal.Output.WriteAsync("validation: ");
            ReportPrinter.Write(terminal, report);
        }
    }
}

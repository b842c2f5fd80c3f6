using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>train</c>: from a folder of images, or from feature files, to a saved classifier.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = CommonSymbols.Folder();
        folder.Arity = ArgumentArity.ZeroOrOne;
        Option<string> output = CommonSymbols.Required(
            new Option<string>("--output", "-o")
            {
                Description = "The model file to write; an existing one is replaced.",
                HelpName = "model.zip",
            });
        Option<string[]> features = new("--features")
        {
            Description = "Train on the features and labels of files that 'featurize' wrote, instead of on a folder: files, folders, or a "
                + "pattern such as 'out/*.parquet'.",
            HelpName = "files",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<ValidationChoice?> validation = new("--validation")
        {
            Description = "Images to measure on: a folder like the first, or a fraction of it (for example 0.2) that is held out; the "
                + "model is trained on the rest.",
            HelpName = "folder|fraction",
            CustomParser = result => ValidationChoice.Parse(result, Directory.Exists, "folder"),
        };
        Option<WeightsSource> weights = CommonSymbols.Weights(
            $"auto, {CommonSymbols.CatalogNames}, or a weight file ({CommonSymbols.WeightFiles}). "
            + "auto takes ImageNet's if they are available, else the embedded ones, and says so; with --features, "
            + "the weights that the files name.");
        var cache = new CacheSymbols();
        var head = new HeadSymbols();
        var unknown = new UnknownSymbols();
        var fineTuning = new FineTuneSymbols();
        var growth = new GrowthSymbols();
        Option<int> seed = CommonSymbols.Seed();
        Option<bool> keepIndex = new("--keep-index")
        {
            Description = "Also write the features and paths of the training photos, beside the model as NAME.index.parquet, for "
                + "'predict --nearest' and 'explain --nearest'.",
            Arity = ArgumentArity.Zero,
        };
        Option<string> page = CommonSymbols.Report("how the model was made, its measures on --validation and the curves of --fine-tune,");
        Option<bool> json = CommonSymbols.Json();
        var command = new GroupedCommand("train", "Trains a classifier on a folder of images, or on their features, and saves it.")
        {
            folder, output, features, validation, weights, seed, keepIndex, page, json,
        };
        cache.AddTo(command);
        head.AddTo(command, fineTuning.IsGiven);
        unknown.AddTo(command, features);
        fineTuning.AddTo(command);
        growth.AddTo(
            command,
            folder,
            option => option == output || option == validation || option == page || option == json || option.Name == RecipeOptions.Balance);
        command.Validators.Add(result =>
        {
            if (!growth.IsGiven(result))
            {
                TrainSource.Check(result, folder, features, validation, cache.Folder);
            }
            else if (result.GetResult(validation) is { } given && !given.Errors.Any() && result.GetValue(validation) is { Path: null })
            {
                result.AddError("--validation is a fraction; with --add a folder is needed.");
            }
        });
        command.Validators.Add(result =>
        {
            if (fineTuning.IsGiven(result) && (result.GetResult(features) ?? result.GetResult(cache.Folder)) is not null)
            {
                result.AddError("--fine-tune needs the images themselves: it cannot be used with --features or --cache.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ValidationChoice? choice = parsed.GetValue(validation);
            var pageFile = ReportFile.Open(terminal, parsed, page, output);
            if (growth.Choice(parsed) is { } grown)
            {
                var options = new ImageFolderGrowthOptions
                {
                    ValidationFolder = choice?.Path,
                    BalancesClasses = fineTuning.Options(parsed, seed, choice is not null).BalanceClasses,
                };
                string target = parsed.GetRequiredValue(output);
                return await TrainGrowth.RunAsync(terminal, grown, target, options, pageFile, parsed.GetValue(json), cancellationToken);
            }

            FineTuneChoice tuned = fineTuning.Choice(parsed);
            WeightsSource source = parsed.GetRequiredValue(weights);
            WeightsSource? named = parsed.GetResult(weights) is { Implicit: false } ? source : null;
            string[]? files = parsed.GetResult(features) is null ? null : parsed.GetValue(features);
            FineTuneOptions tuning = fineTuning.Options(parsed, seed, choice is not null);
            var epochs = new List<FineTuneProgress>();
            using EpochLog? log = fineTuning.OpenLog(terminal, parsed);
            ImageFolderTrainingOptions Options(ReportProgress report) => new()
            {
                Weights = source,
                Store = WeightsChoice.StoreOptions(),
                ValidationFraction = choice?.Fraction ?? 0,
                ValidationFolder = choice?.Path,
                Seed = tuning.Seed,
                Head = head.Options(parsed, tuning.BalanceClasses),
                UnknownLabel = unknown.Label(parsed),
                KnownShare = unknown.KnownShare(parsed),
                FineTuneBlocks = tuned.Blocks,
                FineTuneIfBetter = tuned.IsAuto,
                TimeBudget = fineTuning.TimeBudget(parsed),
                Planned = plan => terminal.Warn(plan.ToString()),
                FineTuning = tuning,
                EpochProgress = pageFile is null ? log : new DirectProgress<FineTuneProgress>(state =>
                {
                    epochs.Add(state);
                    log?.Report(state);
                }),
                Cache = cache.Open(terminal, parsed),
                KeepFeatures = parsed.GetValue(keepIndex),
                Progress = FolderProgress.To(report),
                Warning = terminal.Warn,
            };
            return await RunAsync(
                terminal,
                parsed.GetRequiredValue(output),
                fineTuning.IsGiven(parsed.CommandResult) ? tuning : null,
                parsed.GetValue(keepIndex),
                parsed.GetValue(json),
                () => files is null
                    ? OnFolderAsync(terminal, parsed.GetRequiredValue(folder), source, Options, cancellationToken)
                    : OnFeaturesAsync(terminal, files, named, Options, cancellationToken),
                result => TrainReport.Save(pageFile, parsed.GetRequiredValue(output), result, tuning, epochs, cancellationToken),
                cancellationToken);
        });
        return command;
    }

    private static async Task<(ImageFolderTrainingResult Result, string Weights, CheckpointOptions? Checkpoint)> OnFolderAsync(
        Terminal terminal,
        string folder,
        WeightsSource source,
        Func<ReportProgress, ImageFolderTrainingOptions> options,
        CancellationToken cancellationToken)
    {
        TrainSource.CheckIsFolder(folder);
        CheckpointOptions? checkpoint = null;
        try
        {
            ImageFolderTrainingResult result = await RunAsync(terminal, report =>
            {
                ImageFolderTrainingOptions valid = options(report);
                using var cache = valid.Cache as IDisposable;
                checkpoint = valid.FineTuning.Checkpoint;
                return ImageFolderTraining.Run(folder, valid, cancellationToken);
            });
            return (result, result.Weights.Model?.Name ?? source.Name, checkpoint);
        }
        catch (ArgumentOutOfRangeException error) when (error.ParamName == "options")
        {
            throw new CommandFailedException(
                Failure.OneLine(error).Replace(nameof(ImageFolderTrainingOptions.FineTuneBlocks), "--fine-tune", StringComparison.Ordinal),
                ExitCode.WrongUsage,
                error);
        }
        catch (NotSupportedException error)
        {
            throw new CommandFailedException(Failure.OneLine(error), innerException: error);
        }
        catch (TrainingDivergedException error)
        {
            throw TrainingFailure.Of(error);
        }
        catch (CheckpointException error)
        {
            throw TrainingFailure.Of(error, checkpoint!);
        }
    }

    private static async Task<(ImageFolderTrainingResult Result, string Weights, CheckpointOptions? Checkpoint)> OnFeaturesAsync(
        Terminal terminal,
        string[] files,
        WeightsSource? source,
        Func<ReportProgress, ImageFolderTrainingOptions> options,
        CancellationToken cancellationToken)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromFeatureFiles(files);
        FeatureOrigin origin = FeatureOrigin.Of(data);
        LoadedWeights weights = await FeatureWeights.LoadAsync(terminal, origin, source, cancellationToken);
        ImageFolderTrainingResult result = await RunAsync(terminal, report => new FeatureTraining(
            mlContext, string.Join(", ", files), data, weights, origin.Tap, options(report)).Run(cancellationToken));
        return (result, source?.Name ?? origin.WeightsName, null);
    }

    // The training itself reports how much longer it takes.
    private static Task<ImageFolderTrainingResult> RunAsync(Terminal terminal, Func<ReportProgress, ImageFolderTrainingResult> train) =>
        ProgressBar.RunAsync(terminal, "training", FolderProgress.Steps, train, isEven: false);

    private static async Task<int> RunAsync(
        Terminal terminal,
        string output,
        FineTuneOptions? tuning,
        bool keepsIndex,
        bool json,
        Func<Task<(ImageFolderTrainingResult Result, string Weights, CheckpointOptions? Checkpoint)>> train,
        Action<ImageFolderTrainingResult> saveReport,
        CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string recipe = $"{(output.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? output[..^4] : output)}.recipe.json";
        OutputFile.CheckWritable(output);
        if (tuning is not null)
        {
            OutputFile.CheckWritable(recipe);
        }

        if (keepsIndex)
        {
            OutputFile.CheckWritable(ImageFeatureIndex.PathFor(output));
        }

        (ImageFolderTrainingResult result, string weights, CheckpointOptions? checkpoint) = await train();
        using (result)
        {
            cancellationToken.ThrowIfCancellationRequested();
            OutputFile.Write(output, result.Save);
            if (tuning is not null)
            {
                OutputFile.Write(recipe, stream => RecipeSetting.WriteAll(tuning, stream));
                await terminal.Error.WriteLineAsync($"The recipe of this training is '{recipe}'.");
            }

            if (keepsIndex)
            {
                await ImageFeatureIndex.CreateAsync(output, result.TrainingFeatures!, cancellationToken);
                await terminal.Error.WriteLineAsync(
                    $"The index '{ImageFeatureIndex.PathFor(output)}' holds the paths and features of the training photos.");
            }

            // Until the model is written, the checkpoint is all that is left after a kill.
            checkpoint?.Delete();
            terminal.WriteSkipped(result.SkippedImages);
            saveReport(result);
            if (json)
            {
                terminal.WriteJson(TrainResult.Of(result, weights, watch.Elapsed));
            }
            else
            {
                await TrainPrinter.WriteAsync(terminal, output, result, weights, watch.Elapsed);
            }
        }

        return ExitCode.Done;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>evaluate</c>: how well a saved model, or a head that is trained for it, names the images of a folder.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        model.Description += " Not with --folds.";
        Argument<string> folder = CommonSymbols.Folder();
        (model.Arity, folder.Arity) = (ArgumentArity.ZeroOrOne, ArgumentArity.ZeroOrOne);
        Option<int?> folds = new("--folds")
        {
            Description = "Cross-validate a head on the folder instead, without a model: so many parts of it are each tested by a head "
                + "that was trained on the others.",
            HelpName = "k",
            CustomParser = result => CommonSymbols.Integer(result, 2),
        };
        Option<ImageGrouping?> grouping = GroupBy();
        Option<WeightsSource> weights = CommonSymbols.Weights($"With --folds, the weights: auto, {CommonSymbols.CatalogNames}, or a file.");
        Option<int> seed = CommonSymbols.Seed();
        seed.Description = "With --folds, decides which image is in which fold.";
        var head = new HeadSymbols();
        var cache = new CacheSymbols();
        Option<string> page = CommonSymbols.Report("the measures");
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("evaluate", "Measures a saved model, or with --folds a head, on a folder of images.")
        {
            model, folder, folds, grouping, weights, seed, page, json,
        };
        head.AddTo(command, isFineTuned: _ => false);
        cache.AddTo(command);
        command.Validators.Add(result => Check(result, model, folder, folds, [weights, seed, .. head.All, cache.Folder]));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var pageFile = ReportFile.Open(terminal, parsed, page);
            (ClassificationReport report, IReadOnlyList<BadImage> skipped, ImageFolderCrossValidationResult? validated, int? unknown) =
                parsed.GetValue(folds) is { } count
                    ? await CrossValidateAsync(
                        terminal,
                        parsed.GetRequiredValue(model),
                        report => new()
                        {
                            Folds = count,
                            Grouping = parsed.GetValue(grouping),
                            Seed = parsed.GetValue(seed),
                            Weights = parsed.GetRequiredValue(weights),
                            Store = WeightsChoice.StoreOptions(),
                            Head = head.Options(parsed),
                            Cache = cache.Open(terminal, parsed),
                            Progress = FolderProgress.To(report),
                            Warning = terminal.Warn,
                        },
                        cancellationToken)
                    : await MeasureAsync(
                        terminal,
                        parsed.GetRequiredValue(model),
                        parsed.GetRequiredValue(folder),
                        parsed.GetValue(grouping),
                        cancellationToken);
            terminal.WriteSkipped(skipped);
            if (pageFile is not null)
            {
                string measured = parsed.GetRequiredValue(model);
                using PictureModel? loaded = validated is null ? PictureModel.Load(measured) : null;
                pageFile.Save(
                    new()
                    {
                        Title = validated is null
                            ? $"{Path.GetFileName(measured)} on {parsed.GetRequiredValue(folder)}"
                            : $"Cross-validation on {measured}",
                        Evaluation = report,
                        Folds = validated?.Folds ?? [],
                        SkippedImages = skipped,
                        Predictor = loaded?.Predictor,
                        Facts = pageFile.Facts(
                        [
                            .. validated is null
                                ? [("Model", measured), ("SHA-256 of the model", FileHash.Of(measured))]
                                : ReportFile.Of(validated.Weights).Append(("Seed", parsed.GetValue(seed))),
                            ("Images", report.Images),
                            ("Images that the model takes for none of its classes", unknown),
                        ]),
                    },
                    cancellationToken);
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new EvaluateResult(report, skipped, validated?.Folds, unknown ?? 0));
            }
            else
            {
                ReportPrinter.Write(terminal, report);
                ReportPrinter.WriteUnknown(terminal, unknown, report.Images);
                ReportPrinter.WriteFolds(terminal, validated?.Folds ?? []);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Option<ImageGrouping?> GroupBy() => new("--group-by")
    {
        Description = "Images that belong together, as those of a burst do: 'parent', by their folder below that of the class, or "
            + "'prefix:' and a regular expression for how their names begin, for example 'prefix:[^_]+'. They are in one fold, and "
            + "intervals take them together.",
        HelpName = "parent|prefix:regex",
        CustomParser = result =>
        {
            try
            {
                return ImageGrouping.Parse(result.Tokens[0].Value);
            }
            catch (ArgumentException error)
            {
                result.AddError(Failure.OneLine(error));
                return null;
            }
        },
    };

    private static void Check(
        CommandResult result, Argument<string> model, Argument<string> folder, Option<int?> folds, IReadOnlyList<Option> ofFolds)
    {
        bool hasFolds = result.GetResult(folds) is not null;
        bool hasFolder = result.GetResult(folder)?.Tokens is { Count: > 0 };
        if (result.GetResult(model)?.Tokens is not { Count: > 0 })
        {
            result.AddError(hasFolds ? "A folder of images is needed." : "A model and a folder of images are needed.");
        }
        else if (hasFolds && hasFolder)
        {
            result.AddError("--folds trains heads of its own: a folder is needed, and no model.");
        }
        else if (!hasFolds && !hasFolder)
        {
            result.AddError("A folder of images is needed after the model; or --folds, to measure on a folder without a model.");
        }

        if (!hasFolds && ofFolds.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } needless)
        {
            result.AddError($"{needless.Name} can only be used with --folds.");
        }
    }

    private static async Task<(ClassificationReport, IReadOnlyList<BadImage>, ImageFolderCrossValidationResult?, int?)> MeasureAsync(
        Terminal terminal, string model, string folder, ImageGrouping? grouping, CancellationToken cancellationToken)
    {
        (ImageFolderListing listing, IReadOnlyList<ImageFile> files) = FolderScores.Read(terminal, folder, cancellationToken);
        FolderScores scores = await FolderScores.OfAsync(
            terminal,
            model,
            folder,
            files,
            grouping is null ? null : path => listing.GroupOf(path, grouping),
            cancellationToken);
        return (ClassificationReport.Create(scores.Classes, scores.Images), scores.Skipped, null, scores.Unknown);
    }

    private static async Task<(ClassificationReport, IReadOnlyList<BadImage>, ImageFolderCrossValidationResult?, int?)> CrossValidateAsync(
        Terminal terminal,
        string folder,
        Func<ReportProgress, ImageFolderCrossValidationOptions> options,
        CancellationToken cancellationToken)
    {
        ImageFolderCrossValidationResult result = await ProgressBar.RunAsync(
            terminal,
            "featurizing",
            FolderProgress.Steps,
            report =>
            {
                ImageFolderCrossValidationOptions valid = options(report);
                using var cache = valid.Cache as IDisposable;
                return ImageFolderCrossValidation.Run(folder, valid, cancellationToken);
            },
            isEven: false);
        return (result.Overall, result.SkippedImages, result, null);
    }
}

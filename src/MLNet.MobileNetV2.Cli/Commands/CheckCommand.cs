using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>check</c>: what is wrong with a folder of images.</summary>
internal static class CheckCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = CommonSymbols.Folder();
        folder.Arity = ArgumentArity.ZeroOrOne;
        Option<string> against = Path(
            "--against", "folder", "Another folder, as of the images to validate on, which should share no image with it.");
        Option<WeightsSource> weights = CommonSymbols.Weights($"Weights of the features: auto, {CommonSymbols.CatalogNames}, or a file.");
        Option<string> plan = Path("--plan", "fixes.json", "Write which images would be set aside, and why, to a file that can be edited.");
        Option<string> apply = Path("--apply", "fixes.json", "Move the images of a plan to the folder beside. Nothing is deleted.");
        Option<string> undo = Path("--undo", "fixes.json", "Move the images of a plan back.");
        Option<string> page = CommonSymbols.Report("what was found");
        var cache = new CacheSymbols();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command(
            "check", "Finds damaged and doubled images of a folder, labels that are likely wrong, outliers, and blurred or blank images.")
        {
            folder, against, weights, plan, apply, undo, page, json,
        };
        cache.AddTo(command);
        command.Validators.Add(result => Check(result, folder, apply, undo, [against, plan, weights, page, cache.Folder]));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(apply) is { } applied)
            {
                return Fix(terminal, applied, fixes => $"{fixes.Apply(cancellationToken)} images were moved to '{fixes.Aside}'.");
            }

            if (parsed.GetValue(undo) is { } undone)
            {
                return Fix(terminal, undone, fixes => $"{fixes.Undo(cancellationToken)} images were moved back to '{fixes.Folder}'.");
            }

            string path = parsed.GetRequiredValue(folder);
            string? planPath = parsed.GetValue(plan);
            if (planPath is not null)
            {
                OutputFile.CheckWritable(planPath);
            }

            var pageFile = ReportFile.Open(terminal, parsed, page, plan);

            ImageDatasetCheck check = await ProgressBar.RunAsync(
                terminal,
                "checking",
                FolderProgress.Steps,
                report =>
                {
                    using SqliteFeatureCache? opened = cache.Open(terminal, parsed);
                    return ImageDatasetCheck.Create(path, Options(parsed, report, opened), cancellationToken);
                },
                isEven: false);
            if (planPath is not null)
            {
                ImageDatasetFixes.Plan(path, check).Save(planPath);
            }

            pageFile?.Save(
                new()
                {
                    Title = $"Check of {path}",
                    Check = check,
                    Facts = pageFile.Facts([.. ReportFile.Of(check.Weights!), ("Images", check.Images)]),
                },
                cancellationToken);

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(CheckResult.Of(check));
            }
            else
            {
                CheckPrinter.Write(terminal, check);
            }

            return ExitCode.Done;
        });
        return command;

        ImageDatasetCheckOptions Options(ParseResult parsed, ReportProgress report, SqliteFeatureCache? opened) => new()
        {
            Against = parsed.GetValue(against),
            Weights = parsed.GetRequiredValue(weights),
            Store = WeightsChoice.StoreOptions(),
            Cache = opened,
            Progress = FolderProgress.To(report),
            Warning = terminal.Warn,
        };
    }

    private static Option<string> Path(string name, string help, string description) =>
        CommonSymbols.NotEmpty(new Option<string>(name) { Description = description, HelpName = help });

    private static void Check(
        CommandResult result, Argument<string> folder, Option<string> apply, Option<string> undo, IReadOnlyList<Option> ofChecks)
    {
        bool hasFolder = result.GetResult(folder)?.Tokens is { Count: > 0 };
        Option[] moves = [.. ((Option[])[apply, undo]).Where(option => result.GetResult(option) is not null)];
        if (moves.Length == 0 && !hasFolder)
        {
            result.AddError("A folder of images is needed, or --apply or --undo with a plan.");
        }
        else if (moves.Length == 2)
        {
            result.AddError("--apply and --undo exclude each other.");
        }
        else if (moves.Length == 1 && hasFolder)
        {
            result.AddError($"{moves[0].Name} takes its folder from the plan; none is needed.");
        }
        else if (moves.Length == 1 && ofChecks.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } needless)
        {
            result.AddError($"{needless.Name} cannot be used with {moves[0].Name}.");
        }
    }

    private static int Fix(Terminal terminal, string path, Func<ImageDatasetFixes, string> run)
    {
        try
        {
            terminal.Output.WriteLine(run(ImageDatasetFixes.Load(path)));
            return ExitCode.Done;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(Failure.OneLine(error), innerException: error);
        }
    }
}

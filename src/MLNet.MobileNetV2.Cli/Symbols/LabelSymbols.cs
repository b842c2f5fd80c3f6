using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Labelling;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>predict</c> on what photos are called and where they and their labels go.</summary>
internal sealed class LabelSymbols
{
    private readonly Option<double> _threshold = CommonSymbols.Number(
        "--threshold",
        "p",
        0,
        value => value is >= 0 and <= 1,
        "0 to 1",
        "Least probability of the best class: photos below are unknown.");

    private readonly Option<string> _unknown = CommonSymbols.NotEmpty(
        new Option<string>("--unknown")
        {
            Description = "What unknown photos are called. Default: what the model calls them, else unknown.",
            HelpName = "name",
        },
        "a name");

    private readonly Option<string> _output = CommonSymbols.NotEmpty(new Option<string>("--output", "-o")
    {
        Description = "A file for the labels, a row a photo: path, label, score, the next best as label2, score2 and so on (--top), "
            + "best_label with --threshold, and error.",
        HelpName = "labels.csv|labels.parquet",
    });

    private readonly Option<string> _sortInto = CommonSymbols.NotEmpty(new Option<string>("--sort-into")
    {
        Description = "A folder that each photo is copied into, LABEL/NAME. Nothing is overwritten: a name that is there gets a number.",
        HelpName = "folder",
    });

    private readonly Option<bool> _copy = Flag("--copy", "Copy photos with --sort-into; the default.");
    private readonly Option<bool> _link = Flag("--link", "Make symbolic links with --sort-into instead.");
    private readonly Option<bool> _move = Flag("--move", "Move photos with --sort-into instead.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(GroupedCommand command)
    {
        command.Add("Labels", [_threshold, _unknown, _output, _sortInto, _copy, _link, _move]);
        command.Validators.Add(Check);
    }

    /// <summary>Which photos are unknown.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="modelLabel">What the model calls such photos; null where it names a class for each.</param>
    public UnknownRule Rule(ParseResult parsed, string? modelLabel) => new(
        parsed.GetValue(_threshold), parsed.GetValue(_unknown) ?? modelLabel ?? UnknownRule.DefaultName, modelLabel is not null);

    /// <summary>Finds out before the work begins whether labels and photos can go where they are to.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="arguments">The files and folders of photos.</param>
    /// <exception cref="CommandFailedException">They cannot.</exception>
    public void CheckPlaces(ParseResult parsed, IEnumerable<string> arguments)
    {
        if (parsed.GetValue(_output) is { } output)
        {
            OutputFile.CheckWritable(output);
        }

        if (parsed.GetValue(_sortInto) is { } folder)
        {
            SortFolder.Check(folder, Mode(parsed), arguments);
        }
    }

    /// <summary>Begins the file for the labels; null for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="top">Number of classes that each photo has.</param>
    /// <param name="rule">Which photos are unknown.</param>
    public async Task<LabelFile?> CreateFileAsync(ParseResult parsed, int top, UnknownRule rule) => parsed.GetValue(_output) is { } output
        ? await LabelFile.CreateAsync(output, new LabelColumns(top, rule.MayRefuse))
        : null;

    /// <summary>Opens the folder to sort photos into; null for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="classes">The model's classes.</param>
    /// <param name="rule">Which photos are unknown.</param>
    public SortFolder? OpenFolder(ParseResult parsed, IEnumerable<string> classes, UnknownRule rule) =>
        parsed.GetValue(_sortInto) is { } folder ? SortFolder.Open(folder, Mode(parsed), [.. classes, rule.Name]) : null;

    private SortMode Mode(ParseResult parsed) =>
        parsed.GetValue(_move) ? SortMode.Move : parsed.GetValue(_link) ? SortMode.Link : SortMode.Copy;

    private void Check(CommandResult result)
    {
        Option<bool>[] modes = [.. new[] { _copy, _link, _move }.Where(result.GetValue)];
        if (modes.Length > 1)
        {
            result.AddError($"{string.Join(" and ", modes.Select(mode => mode.Name))} exclude each other.");
        }

        if (modes.Length > 0 && result.GetResult(_sortInto) is null)
        {
            result.AddError($"{modes[0].Name} can only be used with {_sortInto.Name}.");
        }

        if (result.GetResult(_output)?.Tokens is [{ Value: var path }] && !string.IsNullOrWhiteSpace(path)
            && !LabelFile.IsOf(path, LabelFile.Csv) && !LabelFile.IsOf(path, LabelFile.Parquet))
        {
            result.AddError($"The output '{path}' has neither the ending {LabelFile.Csv} nor {LabelFile.Parquet}.");
        }
    }

    private static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };
}

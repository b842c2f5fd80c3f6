using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>train</c> that go with <c>--fine-tune</c>.</summary>
internal sealed class FineTuneSymbols
{
    private const string Name = "--fine-tune";
    private const double LeastMinutes = 0.1;
    private const double MostMinutes = 10_000;

    private readonly Option<FineTuneChoice?> _fineTune = new(Name)
    {
        Description = "Train the last blocks of the network too: a number of them, all, or auto: all if that does better than the head "
            + "alone on held-out images, within --minutes.",
        HelpName = "blocks|auto|all",
        CustomParser = FineTuneChoice.Parse,
    };

    private readonly Option<double> _minutes = new("--minutes")
    {
        Description = "About how long --fine-tune auto may take, comparison and training; by default 3, or what twice --steps take, "
            + "whichever is less.",
        HelpName = "m",
        CustomParser = ParseMinutes,
    };

    private readonly Option<string> _recipe = CommonSymbols.NotEmpty(new Option<string>("--recipe")
    {
        Description = "A file of the settings below, such as train writes beside the model; single options change it.",
        HelpName = "recipe.json",
    });

    private readonly RecipeOptions _settings = new();

    private readonly CheckpointSymbols _checkpoint = new();

    private readonly Option<string> _log = CommonSymbols.NotEmpty(new Option<string>("--log")
    {
        Description = "A CSV file that gets loss, accuracy, rate and pace after each epoch, with --validation those on its images too. "
            + "It must be new; --resume goes on in it.",
        HelpName = "metrics.csv",
    });

    private readonly Option<bool> _force = new("--force") { Description = "Replace an existing --log.", Arity = ArgumentArity.Zero };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(GroupedCommand command)
    {
        Option[] others = [_minutes, _recipe, .. _checkpoint.All, _log, _force];
        command.Add("Fine-tuning", [_fineTune, .. others]);
        foreach ((string heading, Option[] options) in _settings.Groups)
        {
            command.Add(heading, options);
        }

        // The head alone may be balanced too.
        others = [.. others, .. _settings.All.Select(option => option.Symbol).Where(symbol => symbol.Name != RecipeOptions.Balance)];
        command.Validators.Add(result =>
        {
            foreach (Option option in others.Where(option => result.GetResult(option) is { Implicit: false } && !IsGiven(result)))
            {
                result.AddError($"{option.Name} can only be used with {Name}.");
            }

            if (result.GetResult(_minutes) is not null && IsGiven(result) && result.GetValue(_fineTune) is { IsAuto: false })
            {
                result.AddError($"{_minutes.Name} can only be used with {Name} auto.");
            }

            if (result.GetResult(_force) is { Implicit: false } && result.GetResult(_log) is null)
            {
                result.AddError($"{_force.Name} can only be used with {_log.Name}.");
            }
        });
        _checkpoint.CheckIn(command);
    }

    /// <summary>Whether <c>--fine-tune</c> is given.</summary>
    public bool IsGiven(SymbolResult result) => result.GetResult(_fineTune) is not null;

    /// <summary>What is to be trained; by default the head alone.</summary>
    public FineTuneChoice Choice(ParseResult parsed) => parsed.GetValue(_fineTune) ?? new(FineTuneBlocks.HeadOnly, IsAuto: false);

    /// <summary>How long <c>auto</c> may take; null for the default.</summary>
    public TimeSpan? TimeBudget(ParseResult parsed) =>
        parsed.GetResult(_minutes) is null ? null : TimeSpan.FromMinutes(parsed.GetValue(_minutes));

    /// <summary>How it is trained: the recipe, if one is given, and what the other options change in it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">The option of the seed, which wins over the recipe's only if it is given.</param>
    /// <param name="hasValidation">Whether there are images to validate on.</param>
    /// <exception cref="CommandFailedException">Options do not go together.</exception>
    /// <exception cref="RecipeFormatException">The recipe is none.</exception>
    public FineTuneOptions Options(ParseResult parsed, Option<int> seed, bool hasValidation)
    {
        string? recipe = parsed.GetValue(_recipe);
        FineTuneOptions options = recipe is null ? new FineTuneOptions() : FineTuneOptions.Load(recipe);
        options = _settings.Apply(parsed, options);
        if (options.Patience is not null && !hasValidation)
        {
            throw new CommandFailedException(
                $"--patience is {options.Patience}; it needs images to validate on: give --validation.", ExitCode.WrongUsage);
        }

        return options with
        {
            Seed = recipe is null || parsed.GetResult(seed) is { Implicit: false } ? parsed.GetValue(seed) : options.Seed,
            Checkpoint = _checkpoint.Options(parsed),
        };
    }

    /// <summary>The file of <c>--log</c>, checked; null without one.</summary>
    /// <exception cref="CommandFailedException">It cannot be written, or an existing one would be lost.</exception>
    public EpochLog? OpenLog(Terminal terminal, ParseResult parsed)
    {
        if (parsed.GetValue(_log) is not { } path)
        {
            return null;
        }

        bool isForced = parsed.GetValue(_force);
        bool isContinued = _checkpoint.Resumes(parsed) && !isForced;
        EpochLog.Check(path, isForced, isContinued);
        return new(terminal, path, isContinued);
    }

    private static double ParseMinutes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes)
            || minutes is not (>= LeastMinutes and <= MostMinutes))
        {
            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"--minutes is '{text}'; a number from {LeastMinutes} to {MostMinutes} is needed."));
        }

        return minutes;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>train</c> that go with <c>--fine-tune</c>.</summary>
internal sealed class FineTuneSymbols
{
    private readonly Option<FineTuneChoice?> _fineTune = new("--fine-tune")
    {
        Description = "Train the last blocks of the network too: a number of them, all, or auto: all if that does better on a fifth of "
            + "the images that is held out.",
        HelpName = "blocks|auto|all",
        CustomParser = FineTuneChoice.Parse,
    };

    private readonly Option<int?> _epochs = new("--epochs")
    {
        Description = "Passes over the images.",
        HelpName = "n",
        CustomParser = result => CommonSymbols.Integer(result, 1),
    };

    private readonly Option<ImageAugmentation?> _augment = new("--augment")
    {
        Description = "How much images are varied.",
        HelpName = string.Join('|', ImageAugmentation.PresetNames),
        CustomParser = ParseAugmentation,
    };

    private readonly Option<double> _learningRate = new("--learning-rate")
    {
        Description = "Highest learning rate of the blocks; the head's is the same.",
        HelpName = "rate",
        CustomParser = ParseRate,
        DefaultValueFactory = _ => new FineTuneOptions().LearningRate,
    };

    private readonly Option<string> _checkpoint = CommonSymbols.NotEmpty(new Option<string>("--checkpoint")
    {
        Description = "A folder in which the training is saved now and then, so that --resume can continue it; "
            + "emptied once the model is written.",
        HelpName = "folder",
    });

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Continue the training in the folder of --checkpoint, if there is one.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Start over, whatever training is in the folder of --checkpoint; that one is deleted.",
        Arity = ArgumentArity.Zero,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] others = [_epochs, _augment, _learningRate, _checkpoint, _resume, _restart];
        command.Add(_fineTune);
        foreach (Option option in others)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            foreach (Option option in others.Where(option => result.GetResult(option) is { Implicit: false }))
            {
                if (!IsGiven(result))
                {
                    result.AddError($"{option.Name} can only be used with --fine-tune.");
                }
            }

            Option[] given = [.. ((Option[])[_resume, _restart]).Where(option => result.GetResult(option) is { Implicit: false })];
            if (given.Length > 0 && result.GetResult(_checkpoint) is null)
            {
                result.AddError($"{given[0].Name} needs the folder of --checkpoint.");
            }

            if (given.Length == 2)
            {
                result.AddError("--resume and --restart are both given; one of them is allowed.");
            }
        });
    }

    /// <summary>Whether <c>--fine-tune</c> is given.</summary>
    public bool IsGiven(CommandResult result) => result.GetResult(_fineTune) is not null;

    /// <summary>What is to be trained; by default the head alone.</summary>
    public FineTuneChoice Choice(ParseResult parsed) => parsed.GetValue(_fineTune) ?? new(FineTuneBlocks.HeadOnly, IsAuto: false);

    /// <summary>How it is trained.</summary>
    public FineTuneOptions Options(ParseResult parsed, int seed)
    {
        var defaults = new FineTuneOptions();
        double rate = parsed.GetValue(_learningRate);
        return defaults with
        {
            Epochs = parsed.GetResult(_epochs) is null ? defaults.Epochs : parsed.GetValue(_epochs),
            Augmentation = parsed.GetValue(_augment) ?? defaults.Augmentation,
            LearningRate = rate,
            HeadLearningRate = rate,
            Seed = seed,
            Checkpoint = parsed.GetValue(_checkpoint) is { } folder
                ? new CheckpointOptions(folder)
                {
                    Resume = parsed.GetValue(_resume),
                    Restart = parsed.GetValue(_restart),
                    IsDeletedWhenSaved = true,
                }
                : null,
        };
    }

    private static ImageAugmentation? ParseAugmentation(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ImageAugmentation.PresetNames.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return ImageAugmentation.FromName(text);
        }

        result.AddError($"--augment is '{text}'; {string.Join(", ", ImageAugmentation.PresetNames)} are allowed.");
        return null;
    }

    private static double ParseRate(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            || !double.IsFinite(rate)
            || rate <= 0)
        {
            result.AddError($"--learning-rate is '{text}'; a number above 0 is needed.");
        }

        return rate;
    }
}

using System.CommandLine;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of a training that can be stopped and go on.</summary>
internal sealed class CheckpointSymbols
{
    private readonly Option<string> _folder = CommonSymbols.NotEmpty(new Option<string>("--checkpoint")
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

    /// <summary>The options, for a command's help.</summary>
    public Option[] All => [_folder, _resume, _restart];

    /// <summary>Teaches a command which of them go together.</summary>
    public void CheckIn(Command command) => command.Validators.Add(result =>
    {
        Option[] given = [.. ((Option[])[_resume, _restart]).Where(option => result.GetResult(option) is { Implicit: false })];
        if (given.Length > 0 && result.GetResult(_folder) is null)
        {
            result.AddError($"{given[0].Name} needs the folder of {_folder.Name}.");
        }

        if (given.Length == 2)
        {
            result.AddError($"{_resume.Name} and {_restart.Name} are both given; one of them is allowed.");
        }
    });

    /// <summary>Whether a training is to go on.</summary>
    public bool Resumes(ParseResult parsed) => parsed.GetValue(_resume);

    /// <summary>What they ask for; null without a folder.</summary>
    public CheckpointOptions? Options(ParseResult parsed) => parsed.GetValue(_folder) is { } folder
        ? new(folder) { Resume = parsed.GetValue(_resume), Restart = parsed.GetValue(_restart), IsDeletedWhenSaved = true }
        : null;
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>train</c> that add images to a model: <c>--add</c> and <c>--model</c>.</summary>
internal sealed class GrowthSymbols
{
    private readonly Option<string> _add = CommonSymbols.NotEmpty(new Option<string>("--add")
    {
        Description = "Instead of the folder: images of new classes, or more of known ones, that the model of --model gets without the "
            + "images that it was trained on.",
        HelpName = "folder",
    });

    private readonly Option<string> _model = CommonSymbols.NotEmpty(new Option<string>("--model")
    {
        Description = "With --add, the model that grows, as train saved it; it may be the output too.",
        HelpName = "model.zip",
    });

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">Its folder, which has no meaning with them.</param>
    /// <param name="allowed">Its options that have a meaning with them.</param>
    public void AddTo(GroupedCommand command, Argument<string> folder, Func<Option, bool> allowed)
    {
        command.Add("Growing", [_add, _model]);
        command.Validators.Add(result =>
        {
            if (!IsGiven(result))
            {
                if (result.GetResult(_model) is not null)
                {
                    result.AddError($"{_model.Name} can only be used with {_add.Name}.");
                }

                return;
            }

            if (result.GetResult(_model) is null)
            {
                result.AddError($"{_add.Name} needs the model that grows: give {_model.Name}.");
            }

            if (result.GetResult(folder)?.Tokens is { Count: > 0 })
            {
                result.AddError($"A folder and {_add.Name} are given; one of them is needed.");
            }

            foreach (Option option in command.Options.Where(option =>
                option != _add && option != _model && !allowed(option) && result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"{option.Name} cannot be used with {_add.Name}.");
            }
        });
    }

    /// <summary>Whether a model is to grow.</summary>
    public bool IsGiven(CommandResult result) => result.GetResult(_add) is not null;

    /// <summary>The folder of the images that are added, and the model; null where none is to grow.</summary>
    public (string Folder, string Model)? Choice(ParseResult parsed) =>
        IsGiven(parsed.CommandResult) ? (parsed.GetRequiredValue(_add), parsed.GetRequiredValue(_model)) : null;
}

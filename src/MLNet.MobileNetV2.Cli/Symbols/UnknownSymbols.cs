using System.CommandLine;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>train</c> on images of none of the classes: <c>--unknown-label</c> and <c>--known-share</c>.</summary>
internal sealed class UnknownSymbols
{
    private readonly Option<string> _label = CommonSymbols.NotEmpty(
        new Option<string>("--unknown-label")
        {
            Description = "Let the model call images of none of the classes by this name. At least 20 images are needed.",
            HelpName = "name",
        },
        "a name");

    private readonly Option<double> _share = CommonSymbols.Number(
        "--known-share",
        "p",
        UnknownImageOptions.DefaultKnownShare,
        value => value is > 0 and < 1,
        "more than 0 and less than 1",
        "With --unknown-label, the share of images of the classes that must not be called so.");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="features">Its option for features in the place of images.</param>
    public void AddTo(GroupedCommand command, Option features)
    {
        command.Add("Unknown images", [_label, _share]);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_share) is { Implicit: false } && result.GetResult(_label) is null)
            {
                result.AddError($"{_share.Name} can only be used with {_label.Name}.");
            }

            if (result.GetResult(_label) is not null && result.GetResult(features) is not null)
            {
                result.AddError($"{_label.Name} needs the images themselves: it cannot be used with {features.Name}.");
            }

            if (result.GetResult(_label)?.Tokens is [{ Value: var name }] && name.Any(char.IsControl))
            {
                result.AddError($"{_label.Name} has control characters; a name without them is needed.");
            }
        });
    }

    /// <summary>What unknown images are called; null for nothing.</summary>
    public string? Label(ParseResult parsed) => parsed.GetValue(_label);

    /// <summary>The share of images of the classes that must not be called so.</summary>
    public double KnownShare(ParseResult parsed) => parsed.GetValue(_share);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of the head alone: <c>--l2</c> and <c>--no-calibration</c>.</summary>
internal sealed class HeadSymbols
{
    private const string Selected = "auto";

    private readonly Option<L2Choice> _l2 = new("--l2")
    {
        Description = "Regularisation of the head: a number of at least 0, or auto, which selects 0.1, 1 or 10 by a cross-validation. "
            + "Default: auto.",
        HelpName = "number|auto",
        CustomParser = Parse,
    };

    private readonly Option<bool> _uncalibrated = new("--no-calibration")
    {
        Description = "Leave the head's probabilities as they are, mostly too sure; else images that are held out in turn make them as "
            + "sure as they are right. No prediction changes.",
        Arity = ArgumentArity.Zero,
    };

    /// <summary>Both options.</summary>
    public IReadOnlyList<Option> All => [_l2, _uncalibrated];

    /// <summary>Adds both options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isFineTuned">Whether more than the head is trained, where they have no meaning.</param>
    public void AddTo(Command command, Func<CommandResult, bool> isFineTuned)
    {
        command.Options.Add(_l2);
        command.Options.Add(_uncalibrated);
        command.Validators.Add(result =>
        {
            foreach (Option option in All.Where(option => isFineTuned(result) && result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"{option.Name} is for the head alone: it cannot be used with --fine-tune.");
            }
        });
    }

    /// <summary>How the head is trained.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isBalanced">Whether images of rare classes weigh more.</param>
    public MobileNetV2HeadOptions Options(ParseResult parsed, bool isBalanced = false)
    {
        var options = new MobileNetV2HeadOptions { CalibratesScores = !parsed.GetValue(_uncalibrated), BalancesClasses = isBalanced };
        return parsed.GetValue(_l2).Number is { } number
            ? options with { L2Regularization = number }
            : options with { SelectsL2Regularization = true };
    }

    private static L2Choice Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Equals(Selected, StringComparison.OrdinalIgnoreCase))
        {
            return new(Number: null);
        }

        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            || !float.IsFinite(number) || number < 0)
        {
            result.AddError($"--l2 is '{text}'; a finite number of at least 0, or {Selected}, is needed.");
        }

        return new(number);
    }

    /// <summary>A regularisation; null where it is selected.</summary>
    private readonly record struct L2Choice(float? Number);
}

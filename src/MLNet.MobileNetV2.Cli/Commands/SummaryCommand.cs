using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>summary</c>: the network's layers, parameters and cost.</summary>
internal static class SummaryCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<double> width = new("--width-multiplier")
        {
            Description = "Multiplies the channels of every layer.",
            HelpName = "a",
            CustomParser = Width,
            DefaultValueFactory = _ => 1,
        };
        Option<int> resolution = new("--resolution")
        {
            Description = "Side of the input in pixels, a multiple of 32.",
            HelpName = "r",
            CustomParser = Resolution,
            DefaultValueFactory = _ => 224,
        };
        Option<int> classes = new("--classes")
        {
            Description = "Number of classes.",
            HelpName = "k",
            CustomParser = result => CommonSymbols.Integer(result, 1),
            DefaultValueFactory = _ => 1000,
        };
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("summary", "Prints the network's layers, parameters and cost.") { width, resolution, classes, json };
        command.SetAction(parsed => Run(
            terminal,
            new MobileNetV2Architecture(parsed.GetValue(classes), parsed.GetValue(width), resolution: parsed.GetValue(resolution)),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, MobileNetV2Architecture architecture, bool json)
    {
        NetworkSummary summary = NetworkSummary.Create(architecture);
        if (json)
        {
            terminal.WriteJson(SummaryResult.Of(summary));
        }
        else
        {
            SummaryTable.Write(terminal.Output, summary);
        }

        return ExitCode.Done;
    }

    private static double Width(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double width))
        {
            result.AddError($"--width-multiplier is '{text}'; a number is needed.");
            return 1;
        }

        Check(result, () => new MobileNetV2Architecture(widthMultiplier: width));
        return width;
    }

    private static int Resolution(ArgumentResult result)
    {
        int resolution = CommonSymbols.Integer(result, 1);
        if (!result.Errors.Any())
        {
            Check(result, () => new MobileNetV2Architecture(resolution: resolution));
        }

        return resolution;
    }

    private static void Check(ArgumentResult result, Func<MobileNetV2Architecture> create)
    {
        try
        {
            create();
        }
        catch (ArgumentException error)
        {
            result.AddError(Failure.OneLine(error));
        }
    }
}

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
    private const int ClassifierResolution = 224;
    private const int ClassifierOutputStride = 32;
    private const int ClassifierClasses = 1000;

    public static Command Create(Terminal terminal)
    {
        Option<HeadName?> head = new("--head")
        {
            Description = "What follows the backbone in place of the classifier: ssdlite finds objects, deeplabv3 says what each pixel "
                + "shows.",
            HelpName = "name",
            CustomParser = CommonSymbols.Choice<HeadName>,
        };
        Option<double> width = new("--width-multiplier")
        {
            Description = "Multiplies the channels of every layer, but for those of deeplabv3.",
            HelpName = "a",
            CustomParser = Width,
            DefaultValueFactory = _ => 1,
        };
        Option<int?> resolution = Number(
            "--resolution",
            "r",
            $"Side of the input in pixels, a multiple of 32 (default: {ClassifierResolution}); with --head, 32 to 4096 (default: 320 for "
            + "ssdlite, 513 for deeplabv3).");
        Option<int?> outputStride = Number(
            "--output-stride",
            "s",
            $"How many times smaller than the image the last map is: {ClassifierOutputStride} (default), or with dilated convolutions 16 "
            + "(default for deeplabv3) or 8; not with ssdlite.");
        Option<int?> classes = Number(
            "--classes",
            "k",
            $"Number of classes (default: {ClassifierClasses}); those of ssdlite are without the background (default: 80), those of "
            + "deeplabv3 with it (default: 21).");
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("summary", "Prints the network's layers, parameters and cost.")
        {
            head, width, resolution, outputStride, classes, json,
        };
        command.SetAction(parsed => Run(
            terminal,
            Summary(
                parsed.GetValue(head),
                parsed.GetValue(width),
                parsed.GetValue(resolution),
                parsed.GetValue(outputStride),
                parsed.GetValue(classes)),
            parsed.GetValue(json)));
        return command;
    }

    private static NetworkSummary Summary(HeadName? name, double width, int? resolution, int? outputStride, int? classes)
    {
        try
        {
            NetworkHead? head = (name, classes) switch
            {
                (HeadName.SsdLite, null) => new SsdLiteHead(),
                (HeadName.SsdLite, { } given) => new SsdLiteHead(given),
                (HeadName.DeepLabV3, null) => new DeepLabV3Head(),
                (HeadName.DeepLabV3, { } given) => new DeepLabV3Head(given),
                _ => null,
            };
            return head is null
                ? NetworkSummary.Create(new MobileNetV2Architecture(
                    classes ?? ClassifierClasses,
                    width,
                    resolution: resolution ?? ClassifierResolution,
                    outputStride: outputStride ?? ClassifierOutputStride))
                : NetworkSummary.Create(
                    new MobileNetV2Architecture(0, width, outputStride: outputStride ?? head.PaperOutputStride),
                    head,
                    resolution ?? head.PaperResolution);
        }
        catch (ArgumentException error)
        {
            throw new CommandFailedException(Failure.OneLine(error), ExitCode.WrongUsage, error);
        }
    }

    private static int Run(Terminal terminal, NetworkSummary summary, bool json)
    {
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

    private static Option<int?> Number(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => CommonSymbols.Integer(result, 1),
    };

    private static double Width(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double width))
        {
            result.AddError($"--width-multiplier is '{text}'; a number is needed.");
            return 1;
        }

        return width;
    }
}

/// <summary>The heads that <c>summary</c> knows.</summary>
internal enum HeadName
{
    SsdLite,
    DeepLabV3,
}

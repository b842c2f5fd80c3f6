using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>Arguments and options of <c>detect</c> and its sub-commands.</summary>
internal static class DetectSymbols
{
    // Those of the paper's network, which COCO's weights are of.
    private const int MostBlocks = 17;

    public static Argument<string> Dataset() => CommonSymbols.Required(new Argument<string>("dataset")
    {
        Description = "Photos with boxes: a COCO .json, a VoTT .csv, a YOLO data.yaml, or a folder with one of these or with Pascal VOC's "
            + "XML files.",
    });

    /// <summary>What is trained beside the head.</summary>
    public static Option<FineTuneBlocks> Blocks() => new("--fine-tune")
    {
        Description = "What is trained beside the detector's head: all of the network, or so many of its last blocks; 0 for none.",
        HelpName = "blocks|all",
        DefaultValueFactory = _ => FineTuneBlocks.All,
        CustomParser = ParseBlocks,
    };

    /// <summary>Photos to measure on.</summary>
    public static Option<ValidationChoice?> Validation() => new("--validation")
    {
        Description = "Photos to measure on after each epoch: a data set like the first, or a fraction of it (for example 0.2) that is "
            + "held out. The model is that of the best epoch.",
        HelpName = "dataset|fraction",
        CustomParser = result => ValidationChoice.Parse(result, Path.Exists, "data set"),
    };

    private static FineTuneBlocks ParseBlocks(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return FineTuneBlocks.All;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int blocks) && blocks <= MostBlocks)
        {
            return blocks;
        }

        result.AddError($"--fine-tune is '{text}'; all, or a number of blocks from 0 to {MostBlocks} is needed.");
        return FineTuneBlocks.All;
    }
}

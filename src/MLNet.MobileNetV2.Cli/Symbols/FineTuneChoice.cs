using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>What <c>--fine-tune</c> asks for.</summary>
/// <param name="Blocks">The blocks to train.</param>
/// <param name="IsAuto">Whether only if that does better than the head alone.</param>
internal sealed record FineTuneChoice(FineTuneBlocks Blocks, bool IsAuto)
{
    private const string All = "all";
    private const string Auto = "auto";

    /// <summary>Reads an option's value.</summary>
    public static FineTuneChoice? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Equals(Auto, StringComparison.OrdinalIgnoreCase))
        {
            return new(FineTuneBlocks.All, IsAuto: true);
        }

        if (text.Equals(All, StringComparison.OrdinalIgnoreCase))
        {
            return new(FineTuneBlocks.All, IsAuto: false);
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int blocks) && blocks >= 1)
        {
            return new(blocks, IsAuto: false);
        }

        result.AddError($"--fine-tune is '{text}'; a number of blocks from 1 up, {Auto} or {All} is needed.");
        return null;
    }
}

using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Training;

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

    /// <summary>The blocks to train of a network.</summary>
    /// <param name="blockCount">How many it has.</param>
    /// <param name="weights">Its name.</param>
    /// <exception cref="CommandFailedException">It has fewer than are asked for.</exception>
    public FineTuneBlocks BlocksOf(int blockCount, string weights) =>
        Blocks.Count is not { } count || count <= blockCount ? Blocks : throw new CommandFailedException(
            $"--fine-tune is {count}; the weights '{weights}' have {blockCount} blocks: 1 to {blockCount}, {Auto} or {All} is allowed.",
            ExitCode.WrongUsage);

    public override string ToString() => IsAuto ? Auto : Blocks.ToString();
}

using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>What of the network was trained besides the head; by default nothing.</summary>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="IsAll">Whether these are all, and the stem with them.</param>
internal readonly record struct FineTunedPart(int Blocks, bool IsAll)
{
    /// <summary>The part that an option names of a network with so many blocks.</summary>
    public static FineTunedPart Of(FineTuneBlocks blocks, int blockCount) => new(blocks.Count ?? blockCount, blocks.IsAll);

    /// <summary>For a sentence: with a comma in front, or nothing.</summary>
    public override string ToString() => this switch
    {
        { IsAll: true } => ", all blocks fine-tuned",
        { Blocks: 0 } => string.Empty,
        { Blocks: 1 } => ", 1 block fine-tuned",
        _ => string.Create(CultureInfo.InvariantCulture, $", {Blocks} blocks fine-tuned"),
    };
}

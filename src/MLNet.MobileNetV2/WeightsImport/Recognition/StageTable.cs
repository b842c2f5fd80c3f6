namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Groups blocks into the seven rows of a stage table.</summary>
internal static class StageTable
{
    /// <summary>The rows, with channels as they are in the file.</summary>
    /// <exception cref="WeightsFormatException">A block is not MobileNetV2's, or the blocks do not make seven rows.</exception>
    public static IReadOnlyList<InvertedResidualSetting> Of(string source, FoundLayers layers)
    {
        var blocks = new List<InvertedResidualSetting>();
        int input = layers.StemChannels;
        foreach (FoundBlock block in layers.Blocks)
        {
            blocks.Add(new(ExpansionFactor(source, block, input, blocks.Count + 1), block.OutputChannels, 1, block.Stride));
            input = block.OutputChannels;
        }

        IReadOnlyList<InvertedResidualSetting> paper = MobileNetV2Architecture.PaperStages;
        List<InvertedResidualSetting> rows = Group(blocks, [.. paper.Select(stage => stage.Repeats)]);
        if (rows.Count != paper.Count)
        {
            rows = Group(blocks, []);
        }

        while (rows.Count < paper.Count && rows.FindIndex(row => row.Repeats > 1) is >= 0 and var index)
        {
            // Rows of one kind, the second with stride 1, are one run of blocks: it may be cut anywhere.
            rows.Insert(index + 1, rows[index] with { Repeats = rows[index].Repeats - 1, Stride = 1 });
            rows[index] = rows[index] with { Repeats = 1 };
        }

        return rows.Count == paper.Count ? rows : throw new WeightsFormatException(
            source, $"its {layers.Blocks.Count} inverted residuals make {rows.Count} stages; {paper.Count} are needed.");
    }

    /// <summary>Groups equal blocks into rows of at most the given numbers of blocks.</summary>
    private static List<InvertedResidualSetting> Group(List<InvertedResidualSetting> blocks, ReadOnlySpan<int> mostRepeats)
    {
        var rows = new List<InvertedResidualSetting>();
        foreach (InvertedResidualSetting block in blocks)
        {
            bool joins = rows.Count > 0
                && rows[^1] with { Repeats = 1, Stride = 1 } == block
                && (rows.Count > mostRepeats.Length || rows[^1].Repeats < mostRepeats[rows.Count - 1]);
            if (joins)
            {
                rows[^1] = rows[^1] with { Repeats = rows[^1].Repeats + 1 };
            }
            else
            {
                rows.Add(block);
            }
        }

        return rows;
    }

    private static int ExpansionFactor(string source, FoundBlock block, int input, int number)
    {
        int factor = block.InnerChannels / input;
        bool isWhole = factor >= 1 && factor * input == block.InnerChannels;
        return isWhole && block.HasExpansion == (factor > 1) ? factor : throw new WeightsFormatException(
            source,
            $"inverted residual {number} has {block.InnerChannels} inner channels for {input} of its input, "
            + $"{(block.HasExpansion ? "with" : "without")} an expansion layer; "
            + "a whole multiple is allowed, and one of 1 has no such layer.");
    }
}

/// <summary>The channels of a network as a file shows them; the features are null where it has no last convolution.</summary>
internal sealed record FoundLayers(int StemChannels, IReadOnlyList<FoundBlock> Blocks, int? FeatureCount)
{
    /// <summary>The network's output stride, if strides became dilation.</summary>
    public int OutputStride { get; init; } = MobileNetV2Architecture.Default.OutputStride;
}

/// <summary>One inverted residual as a file shows it.</summary>
internal sealed record FoundBlock(int InnerChannels, int OutputChannels, bool HasExpansion, int Stride)
{
    /// <summary>Dilation of its depthwise convolution.</summary>
    public int Dilation { get; init; } = 1;
}

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Recognition;

public sealed class StageTableTests
{
    [Property(MaxTest = 300)]
    public Property Of_AnyNetwork_GivesSevenRowsOfItsBlocks() => Prop.ForAll(FoundNetworks.Random.ToArbitrary(), network =>
    {
        FoundLayers layers = FoundNetworks.Of(network);

        IReadOnlyList<InvertedResidualSetting> rows = StageTable.Of("file", layers);

        Assert.Equal(7, rows.Count);
        Assert.Equal(
            layers.Blocks.Select(block => (block.OutputChannels, block.Stride)),
            rows.SelectMany(row => Enumerable.Range(0, row.Repeats).Select(repeat => (row.Channels, repeat == 0 ? row.Stride : 1))));
        Assert.Equal(
            network.Stages.SelectMany(stage => Enumerable.Repeat(stage.ExpansionFactor, stage.Repeats)),
            rows.SelectMany(row => Enumerable.Repeat(row.ExpansionFactor, row.Repeats)));
    });

    [Fact]
    public void Of_StagesOfEqualChannels_KeepsThePapersRepeats()
    {
        var narrow = new MobileNetV2Architecture(widthMultiplier: 0.1);

        Assert.Equal([8, 8, 8, 8, 16, 16, 32], Rows(narrow).Select(row => row.Channels));
        Assert.Equal([1, 2, 3, 4, 3, 3, 1], Rows(narrow).Select(row => row.Repeats));
    }

    [Fact]
    public void Of_StagesOfMoreRepeatsThanThePapers_KeepsThem()
    {
        InvertedResidualSetting[] stages =
        [
            new(1, 16, 2, 1), new(6, 24, 3, 2), new(6, 32, 4, 2), new(6, 64, 5, 2), new(6, 96, 4, 1), new(6, 160, 4, 2), new(6, 320, 2, 1),
        ];

        Assert.Equal(stages, Rows(new(invertedResidualSettings: stages)));
    }

    [Fact]
    public void Of_OneRunOfEqualBlocks_IsCutIntoSevenRows()
    {
        InvertedResidualSetting[] stages = [.. Enumerable.Repeat(new InvertedResidualSetting(1, 32, 3, 1), 7)];

        IReadOnlyList<InvertedResidualSetting> rows = Rows(new(invertedResidualSettings: stages));

        Assert.Equal(7, rows.Count);
        Assert.Equal(21, rows.Sum(row => row.Repeats));
        Assert.All(rows, row => Assert.Equal((1, 32, 1), (row.ExpansionFactor, row.Channels, row.Stride)));
    }

    [Theory]
    [InlineData(48, true, "inverted residual 2 has 48 inner channels for 32 of its input, with an expansion layer; a whole multiple "
        + "is allowed")]
    [InlineData(16, true, "inverted residual 2 has 16 inner channels for 32 of its input")]
    [InlineData(32, true, "and one of 1 has no such layer")]
    [InlineData(64, false, "inverted residual 2 has 64 inner channels for 32 of its input, without an expansion layer")]
    public void Of_ABlockThatIsNoInvertedResidual_NamesIt(int innerChannels, bool hasExpansion, string message)
    {
        FoundBlock first = new(32, 32, HasExpansion: false, Stride: 1);
        var layers = new FoundLayers(32, [first, new(innerChannels, 32, hasExpansion, Stride: 1), first, first, first, first, first], 1280);

        Assert.Contains(
            message,
            Assert.Throws<WeightsFormatException>(() => StageTable.Of("file", layers)).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EightStages_SaysHowMany()
    {
        FoundBlock[] blocks = [.. Enumerable.Range(1, 8).Select(number => new FoundBlock(32, 32, HasExpansion: false, Stride: 2))];

        Assert.Contains(
            "its 8 inverted residuals make 8 stages; 7 are needed",
            Assert.Throws<WeightsFormatException>(() => StageTable.Of("file", new(32, blocks, 1280))).Reason,
            StringComparison.Ordinal);
    }

    private static IReadOnlyList<InvertedResidualSetting> Rows(MobileNetV2Architecture network) =>
        StageTable.Of("file", FoundNetworks.Of(network));
}

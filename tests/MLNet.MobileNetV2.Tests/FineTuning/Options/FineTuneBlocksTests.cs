namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public class FineTuneBlocksTests
{
    [Fact]
    public void Default_IsHeadOnly()
    {
        Assert.Equal(FineTuneBlocks.HeadOnly, default);
        Assert.Equal(0, FineTuneBlocks.HeadOnly.Count);
        Assert.False(FineTuneBlocks.HeadOnly.IsAll);
    }

    [Fact]
    public void All_HasNoCount()
    {
        Assert.True(FineTuneBlocks.All.IsAll);
        Assert.Null(FineTuneBlocks.All.Count);
        Assert.Equal("all", FineTuneBlocks.All.ToString());
    }

    [Fact]
    public void Last_SeventeenBlocks_IsNotAll() => Assert.NotEqual(FineTuneBlocks.All, FineTuneBlocks.Last(17));

    [Fact]
    public void FromANumber_IsLast()
    {
        FineTuneBlocks blocks = 3;

        Assert.Equal(FineTuneBlocks.Last(3), blocks);
        Assert.Equal("3", blocks.ToString());
    }

    [Fact]
    public void Last_BelowZero_SaysWhatIsAllowed()
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => FineTuneBlocks.Last(-1)).Message;

        Assert.Contains("-1 blocks", message, StringComparison.Ordinal);
        Assert.Contains("0 or more", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 17)]
    [InlineData(3, 14)]
    [InlineData(17, 0)]
    public void FirstBlock_CountsFromTheEnd(int count, int first) =>
        Assert.Equal(first, FineTuneBlocks.Last(count).FirstBlock(MobileNetV2Architecture.Default));

    [Fact]
    public void FirstBlock_OfAll_IsTheFirst() => Assert.Equal(0, FineTuneBlocks.All.FirstBlock(MobileNetV2Architecture.Default));

    [Fact]
    public void FirstBlock_MoreThanThereAre_NamesTheNumberAndWhatIsAllowed()
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(
            () => FineTuneBlocks.Last(18).FirstBlock(MobileNetV2Architecture.Default)).Message;

        Assert.Contains("last 18 blocks", message, StringComparison.Ordinal);
        Assert.Contains("0 to 17, or all", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FirstBlock_OfADilatedNetwork_IsRefusedButForTheClassifierAlone()
    {
        var network = new MobileNetV2Architecture(outputStride: 16);

        Assert.Equal(17, FineTuneBlocks.HeadOnly.FirstBlock(network));
        Assert.Throws<NotSupportedException>(() => FineTuneBlocks.Last(1).FirstBlock(network));
        Assert.Contains(
            "output stride is 16", Assert.Throws<NotSupportedException>(() => FineTuneBlocks.All.FirstBlock(network)).Message,
            StringComparison.Ordinal);
    }
}

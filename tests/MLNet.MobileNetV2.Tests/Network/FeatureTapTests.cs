namespace MLNet.MobileNetV2.Tests.Network;

public class FeatureTapTests
{
    [Theory]
    [InlineData(null, true, new[] { 1280 })]
    [InlineData(null, false, new[] { 1280, 7, 7 })]
    [InlineData(0, false, new[] { 32, 112, 112 })]
    [InlineData(1, false, new[] { 16, 112, 112 })]
    [InlineData(3, false, new[] { 24, 56, 56 })]
    [InlineData(13, false, new[] { 96, 14, 14 })]
    [InlineData(17, true, new[] { 320 })]
    public void ShapeOf_TheDefaultNetwork_IsTheBlocks(int? block, bool isPooled, int[] shape) =>
        Assert.Equal(shape, new FeatureTap(block, isPooled).ShapeOf(MobileNetV2Architecture.Default, 224));

    [Fact]
    public void ShapeOf_AnotherWidthAndAnOddSize_RoundsSidesUp()
    {
        var network = new MobileNetV2Architecture(widthMultiplier: 0.35);

        Assert.Equal([8, 26, 26], new FeatureTap(2, IsPooled: false).ShapeOf(network, 101));
        Assert.Equal([1280, 4, 4], new FeatureTap(IsPooled: false).ShapeOf(network, 101));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(18)]
    public void ShapeOf_ABlockThatIsNotThere_NamesThoseThatAre(int block)
    {
        string message = Assert.Throws<ArgumentException>(
            () => new FeatureTap(block).ShapeOf(MobileNetV2Architecture.Default, 224)).Message;

        Assert.Contains($"block {block}; 0 to 17", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 224, new[] { 96, 112, 112 })]
    [InlineData(14, 300, new[] { 576, 19, 19 })]
    [InlineData(14, 320, new[] { 576, 20, 20 })]
    public void ShapeOf_AnExpansion_IsThatBeforeTheBlocksStride(int block, int size, int[] shape) =>
        Assert.Equal(shape, FeatureTap.ExpansionOf(block).ShapeOf(MobileNetV2Architecture.Default, size));

    [Theory]
    [InlineData(0, "expansion of block 0, which has none")]
    [InlineData(1, "expansion of block 1, which has none")]
    [InlineData(18, "block 18; 0 to 17")]
    [InlineData(-1, "block -1; 0 to 17")]
    public void ShapeOf_AnExpansionThatIsNotThere_SaysSo(int block, string expected) => Assert.Contains(
        expected,
        Assert.Throws<ArgumentException>(() => FeatureTap.ExpansionOf(block).ShapeOf(MobileNetV2Architecture.Default, 224)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Equality_TellsAnExpansionFromTheBlocksOutput() =>
        Assert.NotEqual(new FeatureTap(14, IsPooled: false), FeatureTap.ExpansionOf(14));
}

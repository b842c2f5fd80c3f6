using MLNet.MobileNetV2.WeightsImport.Naming;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

public sealed class NamedLayersTests
{
    [Fact]
    public void Find_ThePapersBlocks_HavePapersStrides()
    {
        FoundLayers layers = Find(Tensors(ForeignTable.Paper));

        Assert.Equal((32, 17, 1280), (layers.StemChannels, layers.Blocks.Count, layers.FeatureCount));
        Assert.Equal([1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1], layers.Blocks.Select(block => block.Stride));
        Assert.Equal(new FoundBlock(32, 16, HasExpansion: false, Stride: 1), layers.Blocks[0]);
        Assert.Equal(new FoundBlock(960, 320, HasExpansion: true, Stride: 1), layers.Blocks[16]);
    }

    [Fact]
    public void Find_ThePapersBlocksSoNarrowThatStagesAreAlike_HavePapersStrides()
    {
        var narrow = new ForeignTable(8, [(1, 8, 1), (6, 8, 2), (6, 8, 3), (6, 8, 4), (6, 16, 3), (6, 16, 3), (6, 32, 1)], 1280);

        Assert.Equal(
            [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1], Find(Tensors(narrow)).Blocks.Select(block => block.Stride));
    }

    [Fact]
    public void Find_StagesOfOtherLengthsThatDiffer_HaveThePapersStridesByStage() => Assert.Equal(
        [1, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1],
        Find(Tensors(ForeignTable.Custom)).Blocks.Select(block => block.Stride));

    [Fact]
    public void Find_StagesOfOtherLengthsThatAreAlike_AsksForTheNetwork()
    {
        var alike = new ForeignTable(4, [(1, 4, 2), (2, 6, 3), (2, 6, 3), (3, 8, 4), (6, 10, 3), (6, 12, 3), (6, 14, 1)], 1280);

        Assert.Contains(
            "its tensors do not determine the strides of its blocks; set WeightsFileOptions.Architecture",
            Refusal(Tensors(alike)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("features.0.0.weight")]
    [InlineData("features.3.conv.1.0.weight")]
    [InlineData("features.18.0.weight")]
    public void Find_AKernelMissing_NamesIt(string name)
    {
        Dictionary<string, WeightTensor> tensors = Tensors(ForeignTable.Paper);
        IReadOnlyList<BlockNames> blocks = TensorNaming.Torchvision.Blocks(tensors);
        tensors.Remove(name);

        Assert.Contains($"the tensor '{name}' is missing", Refusal(tensors, blocks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new int[0], "[]")]
    [InlineData(new[] { 144 }, "[144]")]
    [InlineData(new[] { 144, 0, 3, 3 }, "[144, 0, 3, 3]")]
    [InlineData(new[] { 0, 1, 3, 3 }, "[0, 1, 3, 3]")]
    [InlineData(new[] { 144, 1, 3, 3, 1 }, "[144, 1, 3, 3, 1]")]
    public void Find_AKernelThatIsNone_NamesItAndItsShape(int[] shape, string shown)
    {
        Dictionary<string, WeightTensor> tensors = Tensors(ForeignTable.Paper);
        tensors["features.3.conv.1.0.weight"] = new(shape, new float[shape.Aggregate(1, (left, right) => left * right)]);

        Assert.Contains(
            $"the tensor 'features.3.conv.1.0.weight' has shape {shown}; a kernel has four dimensions", Refusal(
                tensors), StringComparison.Ordinal);
    }

    private static Dictionary<string, WeightTensor> Tensors(ForeignTable table) => ForeignLayer.Torchvision(table).ToDictionary(
        layer => layer.Kernel, layer => new WeightTensor(layer.Shape, new float[layer.Shape.Aggregate(1, (left, right) => left * right)]));

    private static FoundLayers Find(Dictionary<string, WeightTensor> tensors, IReadOnlyList<BlockNames>? blocks = null)
    {
        blocks ??= TensorNaming.Torchvision.Blocks(tensors);
        return NamedLayers.Find("file", tensors, TensorNaming.Torchvision.Stem, blocks, TensorNaming.Torchvision.Last(blocks.Count));
    }

    private static string Refusal(Dictionary<string, WeightTensor> tensors, IReadOnlyList<BlockNames>? blocks = null) =>
        Assert.Throws<WeightsFormatException>(() => Find(tensors, blocks)).Reason;
}

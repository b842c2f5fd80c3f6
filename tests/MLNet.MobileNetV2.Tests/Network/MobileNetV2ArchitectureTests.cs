using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.Network;

public class MobileNetV2ArchitectureTests
{
    [Fact]
    public void Blocks_OfThePaper_AreSeventeen() => Assert.Equal(17, MobileNetV2Architecture.Default.Blocks.Count);

    [Fact]
    public void Convolutions_OfThePaper_AreFiftyTwo() => Assert.Equal(52, MobileNetV2Architecture.Default.Convolutions().Count());

    [Fact]
    public void Parameters_WithBatchNormAndAThousandClasses_AreThoseOfTorchvision()
    {
        // Each batch norm has a scale and a shift for every channel.
        int backbone = MobileNetV2Architecture.Default.Convolutions().Sum(
            layer => layer.KernelShape.Aggregate((a, b) => a * b) + (2 * layer.OutputChannels));

        Assert.Equal(3_504_872, backbone + (1000 * (MobileNetV2Architecture.DefaultFeatureCount + 1)));
    }

    [Fact]
    public void Shortcuts_AreWhereStrideIsOneAndChannelsAreEqual() => Assert.Equal(
        [3, 5, 6, 8, 9, 10, 12, 13, 15, 16],
        MobileNetV2Architecture.Default.Blocks.Select((block, index) => (block.HasShortcut, Number: index + 1)).Where(
            x => x.HasShortcut).Select(x => x.Number));

    [Fact]
    public void FirstBlock_HasNoExpansion()
    {
        Assert.Null(MobileNetV2Architecture.Default.Blocks[0].Expansion);
        Assert.All(MobileNetV2Architecture.Default.Blocks.Skip(1), block => Assert.NotNull(block.Expansion));
    }

    [Fact]
    public void Projections_AreLinear() =>
        Assert.All(MobileNetV2Architecture.Default.Blocks, block => Assert.False(block.Projection.HasReLU6));

    [Fact]
    public void Strides_ReduceTheSideThirtyTwoTimes() =>
        Assert.Equal(32, MobileNetV2Architecture.Default.Convolutions().Aggregate(1, (product, layer) => product * layer.Stride));

    [Theory]
    [InlineData(0, "features.0.0", 3, 32, 3, 2, 1)]
    [InlineData(1, "features.1.conv.0.0", 32, 32, 3, 1, 32)]
    [InlineData(2, "features.1.conv.1", 32, 16, 1, 1, 1)]
    [InlineData(3, "features.2.conv.0.0", 16, 96, 1, 1, 1)]
    [InlineData(4, "features.2.conv.1.0", 96, 96, 3, 2, 96)]
    [InlineData(5, "features.2.conv.2", 96, 24, 1, 1, 1)]
    [InlineData(51, "features.18.0", 320, 1280, 1, 1, 1)]
    public void Convolutions_AreNamedAndShapedAsInTorchvision(
        int index, string name, int input, int output, int kernel, int stride, int groups)
    {
        ConvolutionLayer layer = MobileNetV2Architecture.Default.Convolutions().ElementAt(index);

        Assert.Equal((name, input, output, kernel, stride, groups),
            (layer.Name, layer.InputChannels, layer.OutputChannels, layer.KernelSize, layer.Stride, layer.Groups));
    }
}

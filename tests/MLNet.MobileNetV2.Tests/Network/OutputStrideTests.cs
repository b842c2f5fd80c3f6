namespace MLNet.MobileNetV2.Tests.Network;

public class OutputStrideTests
{
    // The depthwise convolutions of DeepLabv3's published network at stride 16: block 14 (expanded_conv_13 there) keeps stride and
    // dilation 1, those after it have dilation 2. At stride 8 the same begins at block 7.
    [Theory]
    [InlineData(32, "1 2 1 2 1 1 2 1 1 1 1 1 1 2 1 1 1", "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [InlineData(16, "1 2 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1", "1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 2 2")]
    [InlineData(8, "1 2 1 2 1 1 1 1 1 1 1 1 1 1 1 1 1", "1 1 1 1 1 1 1 2 2 2 2 2 2 2 4 4 4")]
    public void OutputStride_TurnsTheStridesBeyondItIntoDilation(int outputStride, string strides, string dilations)
    {
        var network = new MobileNetV2Architecture(outputStride: outputStride);

        Assert.Equal(strides, string.Join(' ', network.Blocks.Select(block => block.Depthwise.Stride)));
        Assert.Equal(dilations, string.Join(' ', network.Blocks.Select(block => block.Depthwise.Dilation)));
        Assert.All(
            network.Convolutions().Where(layer => !layer.IsDepthwise),
            layer => Assert.Equal((1, layer == network.Stem ? 2 : 1), (layer.Dilation, layer.Stride)));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    public void OutputStride_LeavesTensorsAndShortcutsAsTheyAre(int outputStride)
    {
        var network = new MobileNetV2Architecture(outputStride: outputStride);

        Assert.Equal(
            MobileNetV2Architecture.Default.Convolutions().Select(layer => (layer.Name, string.Join('x', layer.KernelShape))),
            network.Convolutions().Select(layer => (layer.Name, string.Join('x', layer.KernelShape))));
        Assert.Equal(
            MobileNetV2Architecture.Default.Blocks.Select(block => block.HasShortcut), network.Blocks.Select(block => block.HasShortcut));
    }

    [Fact]
    public void OutputStride_OfABlockWhoseChannelsStay_AddsNoShortcutWhereItsStrideWas()
    {
        InvertedResidualSetting[] stages = [.. MobileNetV2Architecture.PaperStages];
        stages[5] = stages[4] with { Stride = 2 };

        var network = new MobileNetV2Architecture(invertedResidualSettings: stages, outputStride: 16);

        Assert.Equal((1, false), (network.Blocks[13].Depthwise.Stride, network.Blocks[13].HasShortcut));
    }

    [Theory]
    [InlineData(32, 513, 17)]
    [InlineData(16, 513, 33)]
    [InlineData(8, 513, 65)]
    [InlineData(16, 512, 32)]
    [InlineData(8, 65, 9)]
    [InlineData(16, 1, 1)]
    public void Sides_OfTheLastMap_AreTheImagesDividedByIt(int outputStride, int side, int expected) => Assert.Equal(
        [1280, expected, expected],
        new FeatureTap(IsPooled: false).ShapeOf(new MobileNetV2Architecture(outputStride: outputStride), side));

    [Fact]
    public void OutputStride_OfATableThatStridesLess_ChangesNothing()
    {
        InvertedResidualSetting[] stages = [.. MobileNetV2Architecture.PaperStages.Select(stage => stage with { Stride = 1 })];

        Assert.All(
            new MobileNetV2Architecture(invertedResidualSettings: stages, outputStride: 8).Convolutions(),
            layer => Assert.Equal(1, layer.Dilation));
    }

    [Fact]
    public void OutputStride32_OfATableThatStridesMore_IsNoLimit()
    {
        InvertedResidualSetting[] stages = [.. MobileNetV2Architecture.PaperStages.Select(stage => stage with { Stride = 2 })];

        Assert.Equal(
            256, new MobileNetV2Architecture(invertedResidualSettings: stages).Convolutions().Aggregate(
                1, (product, layer) => product * layer.Stride));
    }

    [Fact]
    public void OutputStride_IsKeptWithAnotherClassifierAndInTheText()
    {
        var network = new MobileNetV2Architecture(outputStride: 16);

        Assert.Equal(16, network.ResetClassifier(5).OutputStride);
        Assert.Contains("1280 features, output stride 16, 1000 classes", network.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("stride", MobileNetV2Architecture.Default.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    public void Summary_OfAFinerMap_CostsMoreAndHasNoMoreParameters(int outputStride)
    {
        NetworkSummary coarse = NetworkSummary.Create(MobileNetV2Architecture.Default);
        NetworkSummary fine = NetworkSummary.Create(new MobileNetV2Architecture(outputStride: outputStride));

        Assert.Equal(coarse.Parameters, fine.Parameters);
        Assert.True(fine.MultiplyAdds > 1.5 * coarse.MultiplyAdds);
        Assert.Equal([1280, 224 / outputStride, 224 / outputStride], fine.Layers[^3].OutputShape);
    }
}

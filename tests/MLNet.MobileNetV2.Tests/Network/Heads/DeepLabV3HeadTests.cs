using MLNet.MobileNetV2.Network.Heads;

namespace MLNet.MobileNetV2.Tests.Network.Heads;

public class DeepLabV3HeadTests
{
    // Table 7 of the paper: 2.11 M and 2.75 B at stride 16 without the pyramid. Ours leave out what is no convolution: the resizing of
    // 21 scores to 513 x 513 alone gives 5.5 M values.
    [Theory]
    [InlineData(16, 2_113_557, 2_740_709_056)]
    [InlineData(8, 2_113_557, 8_825_853_632)]
    [InlineData(32, 2_113_557, 1_607_243_456)]
    public void Summary_OfThePapersNetwork_HasItsParametersAndMultiplyAdds(int outputStride, long parameters, long multiplyAdds)
    {
        NetworkSummary summary = NetworkSummary.Create(new(outputStride: outputStride), new DeepLabV3Head(), 513);

        Assert.Equal((parameters, multiplyAdds), (summary.Parameters, summary.MultiplyAdds));
    }

    // The same table: 152.6 B at stride 8 with images of six sizes, each and its mirror image.
    [Fact]
    public void Summary_OfThePapersSixSizesAndMirrorImagesAtStrideEight_IsWithinAPerMilleOrTwo()
    {
        double sum = 2 * new[] { 0.5, 0.75, 1, 1.25, 1.5, 1.75 }.Sum(
            scale => NetworkSummary.Create(new(outputStride: 8), new DeepLabV3Head(), (int)(512 * scale) + 1).MultiplyAdds / 1e9);

        Assert.Equal(152.33, sum, 0.005);
        Assert.InRange(sum / 152.6, 0.998, 1);
    }

    // As the published network of half the width: its head is as wide as that of the whole one.
    [Fact]
    public void Summary_AtHalfTheWidth_KeepsTheHeadsChannels()
    {
        NetworkSummary summary = NetworkSummary.Create(new(widthMultiplier: 0.5, outputStride: 16), new DeepLabV3Head(), 513);

        Assert.Equal(["Backbone", "Head"], summary.Parts.Select(part => part.Name));
        Assert.Equal([480_320, 219_925], summary.Parts.Select(part => part.Parameters));
        Assert.Equal([717_131_216, 193_238_272], summary.Parts.Select(part => part.MultiplyAdds));
    }

    [Fact]
    public void Rows_OfTheHead_AreTheBranchOfTheImageFirstAndTheImagesSizeLast()
    {
        NetworkSummary summary = NetworkSummary.Create(new(outputStride: 16), new DeepLabV3Head(), 513);

        Assert.Equal(
            [
                "AvgPool2d 320x1x1", "Conv2d 256x1x1", "BatchNorm2d 256x1x1", "ReLU 256x1x1", "Upsample 256x33x33", "Conv2d 256x33x33",
                "BatchNorm2d 256x33x33", "ReLU 256x33x33", "Concat 512x33x33", "Conv2d 256x33x33", "BatchNorm2d 256x33x33",
                "ReLU 256x33x33", "Conv2d 21x33x33", "Upsample 21x513x513",
            ],
            summary.Parts[1].Layers.Select(layer => $"{layer.Name.Split('-')[0]} {string.Join('x', layer.OutputShape)}"));
        Assert.Equal("InvertedResidual-153", summary.Parts[0].Layers[^1].Name);
    }

    [Fact]
    public void PeakActivationBytes_AreThoseOfTheScoresAtTheImagesSize() => Assert.Equal(
        4L * 21 * ((513 * 513) + (33 * 33)),
        NetworkSummary.Create(new(outputStride: 16), new DeepLabV3Head(), 513).PeakActivationBytes);

    [Fact]
    public void Layers_OfThePublishedNetwork_HaveItsChannels()
    {
        var layers = new DeepLabV3Layers(new(outputStride: 16), classes: 21);

        Assert.Equal(new FeatureTap(17, IsPooled: false), layers.Tap);
        Assert.Equal(
            ["320>256 ReLU True", "320>256 ReLU True", "512>256 ReLU True", "256>21 None False"],
            new[] { layers.Pooling, layers.Pointwise, layers.Projection, layers.Logits }.Select(
                layer => $"{layer.InputChannels}>{layer.OutputChannels} {layer.Activation} {layer.HasBatchNorm}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_001)]
    public void Classes_ThatAreNotAllowed_AreNamedWithThoseThatAre(int classes) => Assert.Contains(
        $"classes is {classes}; it must be 2 to 100000.",
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeepLabV3Head(classes)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Classes_ChangeTheLastConvolutionAlone() => Assert.Equal(
        2_113_557 - (19 * 257), NetworkSummary.Create(new(outputStride: 16), new DeepLabV3Head(2), 513).Parameters);

    [Fact]
    public void Summary_OfANetworkWithAClassifier_LeavesItOut() => Assert.Equal(
        NetworkSummary.Create(new(0, outputStride: 16), new DeepLabV3Head(), 257).Parameters,
        NetworkSummary.Create(new(1000, outputStride: 16, resolution: 96), new DeepLabV3Head(), 257).Parameters);
}

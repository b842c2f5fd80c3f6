using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Tests.Network.Heads;

public class SsdLiteHeadTests
{
    private static readonly MobileNetV2Architecture s_network = new(padding: PaddingFlavor.TensorFlowSame);

    // Table 6 of the paper: 4.3 M and 0.8 B at 320; its table 5 says that they are for 80 classes. The published network of COCO predicts
    // 90, its greatest number of a class: 4.5 M. Batch norm's scales and shifts are counted.
    [Theory]
    [InlineData(80, 320, 4_337_013, 788_830_144)]
    [InlineData(90, 320, 4_500_543, 804_397_504)]
    [InlineData(80, 300, 4_337_013, 734_610_416)]
    public void Summary_AtWidthOne_HasThePapersParametersAndMultiplyAdds(int classes, int resolution, long parameters, long multiplyAdds)
    {
        NetworkSummary summary = NetworkSummary.Create(s_network, new SsdLiteHead(classes), resolution);

        Assert.Equal((parameters, multiplyAdds), (summary.Parameters, summary.MultiplyAdds));
    }

    // Table 5: SSDLite adds 2.1 M.
    [Fact]
    public void Summary_OfTheHeadAlone_IsThatOfThePaper()
    {
        NetworkSummary summary = NetworkSummary.Create(s_network, new SsdLiteHead(), 320);

        Assert.Equal(["Backbone", "Extra layers", "Predictors"], summary.Parts.Select(part => part.Name));
        Assert.Equal([2_223_872, 656_960, 1_456_181], summary.Parts.Select(part => part.Parameters));
        Assert.Equal([611_212_800, 38_550_976, 139_066_368], summary.Parts.Select(part => part.MultiplyAdds));
        Assert.Equal(2.1, Math.Round(summary.Parts.Skip(1).Sum(part => part.Parameters) / 1e6, 1));
        Assert.Equal((4.3, 0.8), (Math.Round(summary.Parameters / 1e6, 1), Math.Round(summary.MultiplyAdds / 1e9, 1)));
    }

    [Theory]
    [InlineData(0.35, 1_501_893, 221_872_736)]
    [InlineData(0.5, 2_006_261, 316_789_216)]
    [InlineData(1.4, 7_639_589, 1_456_088_880)]
    public void Summary_AtAnotherWidth_ScalesTheExtraLayersToo(double width, long parameters, long multiplyAdds)
    {
        NetworkSummary summary = NetworkSummary.Create(new(widthMultiplier: width), new SsdLiteHead(), 320);

        Assert.Equal((parameters, multiplyAdds), (summary.Parameters, summary.MultiplyAdds));
    }

    [Fact]
    public void Layers_OfThePublishedNetwork_HaveItsMaps()
    {
        var layers = new SsdLiteLayers(s_network, classes: 90);

        Assert.Equal(FeatureTap.ExpansionOf(14), layers.FirstTap);
        Assert.Equal([3, 6, 6, 6, 6, 6], layers.Predictors.Select(predictor => predictor.BoxesPerCell));
        Assert.Equal([576, 1280, 512, 256, 256, 128], layers.Predictors.Select(predictor => predictor.Boxes[0].InputChannels));
        Assert.Equal([12, 24, 24, 24, 24, 24], layers.Predictors.Select(predictor => predictor.Boxes[1].OutputChannels));
        Assert.Equal([273, 546, 546, 546, 546, 546], layers.Predictors.Select(predictor => predictor.Classes[1].OutputChannels));
        Assert.Equal(
            ["1280>256>512", "512>128>256", "256>128>256", "256>64>128"],
            layers.Extras.Select(extra => $"{extra[0].InputChannels}>{extra[1].OutputChannels}>{extra[2].OutputChannels}"));
    }

    [Fact]
    public void Layers_Predictors_AreSeparableAndEndInABias() => Assert.All(
        new SsdLiteLayers(s_network, classes: 5).Predictors.SelectMany(predictor => new[] { predictor.Boxes, predictor.Classes }),
        convolutions =>
        {
            Assert.Equal(2, convolutions.Count);
            Assert.Equal((true, 3, 1, Activation.ReLU6, true), Form(convolutions[0]));
            Assert.Equal((false, 1, 1, Activation.None, false), Form(convolutions[1]));
        });

    [Fact]
    public void Layers_Extras_AreAPointwiseADepthwiseOfStrideTwoAndAPointwise() => Assert.All(
        new SsdLiteLayers(s_network, classes: 5).Extras,
        extra => Assert.Equal(
            [(false, 1, 1, Activation.ReLU6, true), (true, 3, 2, Activation.ReLU6, true), (false, 1, 1, Activation.ReLU6, true)],
            extra.Select(Form)));

    // The published network's sides of 300 pixels with the zeros before each: 19, then 10, 5, 3, 2 and 1.
    [Fact]
    public void Layers_OfThePublishedNetwork_HaveItsSidesAndPadding()
    {
        var layers = new SsdLiteLayers(s_network, classes: 90);
        int side = new FeatureTap(IsPooled: false).ShapeOf(s_network, 300)[^1];
        var found = new List<(int Side, int Before)> { (layers.FirstTap.ShapeOf(s_network, 300)[^1], 1), (side, 1) };
        foreach (ConvolutionLayer depthwise in layers.Extras.Select(extra => extra[1]))
        {
            int before = ConvolutionWriter.PadBefore(depthwise, side, PaddingFlavor.TensorFlowSame);
            found.Add((side = depthwise.OutputSide(side), before));
        }

        Assert.Equal([(19, 1), (10, 1), (5, 0), (3, 1), (2, 1), (1, 0)], found);
        Assert.Equal(
            1917, found.Zip(layers.Predictors, (map, predictor) => map.Side * map.Side * predictor.BoxesPerCell).Sum());
    }

    [Fact]
    public void Layers_AllNames_AreDifferent()
    {
        var layers = new SsdLiteLayers(s_network, classes: 5);
        ConvolutionLayer[] all =
        [
            .. s_network.Convolutions(),
            .. layers.Extras.SelectMany(extra => extra),
            .. layers.Predictors.SelectMany(predictor => predictor.Boxes.Concat(predictor.Classes)),
        ];

        Assert.Equal(all.Length * 2, all.SelectMany(layer => new[] { layer.Name, layer.BatchNormName }).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void Classes_ThatAreNotAllowed_AreNamedWithThoseThatAre(int classes) => Assert.Contains(
        $"classes is {classes}; it must be 1 to 100000.",
        Assert.Throws<ArgumentOutOfRangeException>(() => new SsdLiteHead(classes)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    public void Summary_OfAFinerMap_IsRefused(int outputStride) => AssertRefused(
        new(outputStride: outputStride), $"the network's output stride is {outputStride}, and must be 32.");

    [Fact]
    public void Summary_OfATableWithoutTheMap_SaysWhatIsMissing()
    {
        InvertedResidualSetting[] flat = [.. MobileNetV2Architecture.PaperStages.Select(stage => stage with { Stride = 1 })];
        InvertedResidualSetting[] plain = [.. MobileNetV2Architecture.PaperStages];
        plain[5] = plain[5] with { ExpansionFactor = 1 };

        AssertRefused(new(invertedResidualSettings: flat), "stage table gives no such block.");
        AssertRefused(new(invertedResidualSettings: plain), "stage table gives block 14 no expansion.");
    }

    [Theory]
    [InlineData(31)]
    [InlineData(4097)]
    public void Summary_AtAResolutionThatIsNotAllowed_IsRefused(int resolution) => Assert.Contains(
        $"resolution is {resolution}; it must be 32 to 4096.",
        Assert.Throws<ArgumentOutOfRangeException>(() => NetworkSummary.Create(s_network, new SsdLiteHead(), resolution)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(32)]
    [InlineData(513)]
    [InlineData(4096)]
    public void Summary_AtAnyOtherResolution_EndsInOneCellOrMore(int resolution)
    {
        NetworkSummary summary = NetworkSummary.Create(s_network, new SsdLiteHead(), resolution);

        Assert.Equal([486, (resolution + 511) / 512, (resolution + 511) / 512], summary.Layers[^1].OutputShape);
    }

    private static (bool IsDepthwise, int Kernel, int Stride, Activation Activation, bool HasBatchNorm) Form(ConvolutionLayer layer) =>
        (layer.IsDepthwise, layer.KernelSize, layer.Stride, layer.Activation, layer.HasBatchNorm);

    private static void AssertRefused(MobileNetV2Architecture architecture, string message) => Assert.EndsWith(
        message,
        Assert.Throws<ArgumentException>(() => NetworkSummary.Create(architecture, new SsdLiteHead(), 320)).Message,
        StringComparison.Ordinal);
}

namespace MLNet.MobileNetV2.Tests.Network;

public class MobileNetV2ArchitectureOptionTests
{
    [Fact]
    public void Default_IsThePapersNetwork()
    {
        MobileNetV2Architecture network = MobileNetV2Architecture.Default;

        Assert.Equal(
            (1000, 1.0, 8, 0.2, 224, PaddingFlavor.PyTorchSymmetric, 32, 1280),
            (
                network.NumClasses,
                network.WidthMultiplier,
                network.RoundNearest,
                network.Dropout,
                network.Resolution,
                network.Padding,
                network.OutputStride,
                network.FeatureCount));
        Assert.Equal(MobileNetV2Architecture.PaperStages, network.Stages);
    }

    [Theory]
    [InlineData(0.35, 16, 112, 1280)]
    [InlineData(0.5, 16, 160, 1280)]
    [InlineData(1.4, 48, 448, 1792)]
    public void WidthMultiplier_ScalesEveryLayerAndWidensTheLastAboveOne(double width, int stem, int lastStage, int features)
    {
        var network = new MobileNetV2Architecture(widthMultiplier: width);

        Assert.Equal(stem, network.Stem.OutputChannels);
        Assert.Equal(lastStage, network.LastConvolution.InputChannels);
        Assert.Equal(features, network.FeatureCount);
    }

    [Fact]
    public void InvertedResidualSettings_MakeTheBlocks()
    {
        InvertedResidualSetting[] stages =
            [new(1, 8, 1, 2), new(2, 8, 2, 1), new(3, 16, 1, 2), new(1, 16, 1, 1), new(6, 24, 1, 1), new(6, 24, 1, 2), new(6, 32, 1, 1)];

        var network = new MobileNetV2Architecture(invertedResidualSettings: stages);

        Assert.Equal(8, network.Blocks.Count);
        Assert.Equal([false, true, true, false, true, false, false, false], network.Blocks.Select(block => block.HasShortcut));
        Assert.Equal([true, false, false, false, true, false, false, false], network.Blocks.Select(block => block.Expansion is null));
        Assert.Equal("features.9.0", network.LastConvolution.Name);
    }

    [Fact]
    public void RoundNearest_IsTheDivisorOfEveryLayer() => Assert.All(
        new MobileNetV2Architecture(widthMultiplier: 0.77, roundNearest: 16).Blocks, block =>
            Assert.Equal(0, block.Projection.OutputChannels % 16));

    public static TheoryData<string, string, Func<MobileNetV2Architecture>> Refused() => new()
    {
        { "numClasses is -1", "at least 0", () => new(numClasses: -1) },
        { "widthMultiplier is 0", "above 0", () => new(widthMultiplier: 0) },
        { "widthMultiplier is NaN", "above 0", () => new(widthMultiplier: double.NaN) },
        { "roundNearest is 0", "at least 1", () => new(roundNearest: 0) },
        { "dropout is 1", "below 1", () => new(dropout: 1) },
        { "resolution is 100", "multiple of 32", () => new(resolution: 100) },
        { "resolution is 0", "from 32 up", () => new(resolution: 0) },
        { "padding is 9", "TensorFlowSame, PyTorchSymmetric", () => new(padding: (PaddingFlavor)9) },
        { "outputStride is 4", "8, 16 or 32", () => new(outputStride: 4) },
        { "outputStride is 64", "8, 16 or 32", () => new(outputStride: 64) },
        { "has 6 rows", "7 rows", () => new(invertedResidualSettings: [.. MobileNetV2Architecture.PaperStages.Skip(1)]) },
        { "has 0 rows", "7 rows", () => new(invertedResidualSettings: []) },
        { "Row 1", "t, c and n must be 1 or more", () => new(invertedResidualSettings: With(new(0, 16, 1, 1))) },
        { "Row 1", "t, c and n must be 1 or more", () => new(invertedResidualSettings: With(new(1, 0, 1, 1))) },
        { "Row 1", "t, c and n must be 1 or more", () => new(invertedResidualSettings: With(new(1, 16, 0, 1))) },
        { "Row 1", "s must be 1 or 2", () => new(invertedResidualSettings: With(new(1, 16, 1, 3))) },
        { "more channels", "32 bits", () => new(widthMultiplier: 1e9) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Values_ThatAreNotAllowed_AreNamedWithWhatIs(string found, string allowed, Func<MobileNetV2Architecture> create)
    {
        string message = Assert.ThrowsAny<ArgumentException>(create).Message;

        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains(allowed, message, StringComparison.Ordinal);
    }

    private static InvertedResidualSetting[] With(InvertedResidualSetting first) => [first, .. MobileNetV2Architecture.PaperStages.Skip(1)];
}

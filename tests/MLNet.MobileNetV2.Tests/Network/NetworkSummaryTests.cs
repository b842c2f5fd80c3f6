namespace MLNet.MobileNetV2.Tests.Network;

public class NetworkSummaryTests
{
    private static readonly NetworkSummary s_default = NetworkSummary.Create(MobileNetV2Architecture.Default);

    // Computed from the layer shapes; the parameters are those that torchvision and timm publish.
    [Theory]
    [InlineData(0.35, 1_677_128, 59_285_808)]
    [InlineData(0.5, 1_968_680, 97_131_840)]
    [InlineData(0.75, 2_636_424, 209_069_792)]
    [InlineData(1.0, 3_504_872, 300_774_272)]
    [InlineData(1.3, 5_386_792, 509_374_560)]
    [InlineData(1.4, 6_108_776, 582_195_824)]
    public void ParametersAndMultiplyAdds_OfEveryPublishedWidth_AreKnown(double width, long parameters, long multiplyAdds)
    {
        NetworkSummary summary = NetworkSummary.Create(new MobileNetV2Architecture(widthMultiplier: width));

        Assert.Equal((parameters, multiplyAdds), (summary.Parameters, summary.MultiplyAdds));
    }

    [Fact]
    public void Sizes_OfTheDefaultNetwork_AreThoseOfTorchsummary() => Assert.Equal(
        (0.57, 152.87, 13.37, 166.81),
        (
            Math.Round(s_default.InputMegabytes, 2),
            Math.Round(s_default.ForwardBackwardMegabytes, 2),
            Math.Round(s_default.ParameterMegabytes, 2),
            Math.Round(s_default.TotalMegabytes, 2)));

    [Theory]
    [InlineData(0, "Conv2d-1", "32, 112, 112", 864)]
    [InlineData(1, "BatchNorm2d-2", "32, 112, 112", 64)]
    [InlineData(2, "ReLU6-3", "32, 112, 112", 0)]
    [InlineData(8, "InvertedResidual-9", "16, 112, 112", 0)]
    [InlineData(156, "Dropout-157", "1280", 0)]
    [InlineData(157, "Linear-158", "1000", 1_281_000)]
    public void Layers_AreNumberedInTheOrderOfExecution(int index, string name, string shape, long parameters)
    {
        Assert.Equal(158, s_default.Layers.Count);
        NetworkLayer layer = s_default.Layers[index];
        Assert.Equal((name, shape, parameters), (layer.Name, string.Join(", ", layer.OutputShape), layer.Parameters));
    }

    [Fact]
    public void ActivationBytes_AreFourForEachValueOfTheOutput() => Assert.All(
        s_default.Layers, layer => Assert.Equal(4L * layer.OutputShape.Aggregate((a, b) => a * b), layer.ActivationBytes));

    [Fact]
    public void PeakActivationBytes_KeepBottlenecksAlone()
    {
        // The first block: 32 channels in, 16 out, at 112 x 112; the 96 channels inside the second block would be far more.
        Assert.Equal(4L * (32 + 16) * 112 * 112, s_default.PeakActivationBytes);
        Assert.True(s_default.PeakActivationBytes < s_default.Layers.Max(layer => layer.ActivationBytes));
    }

    [Theory]
    [InlineData(96, 3)]
    [InlineData(128, 4)]
    [InlineData(160, 5)]
    [InlineData(192, 6)]
    [InlineData(224, 7)]
    [InlineData(32, 1)]
    public void Resolution_EndsThirtyTwoTimesSmaller(int resolution, int side)
    {
        NetworkSummary summary = NetworkSummary.Create(new MobileNetV2Architecture(resolution: resolution));

        Assert.Equal([1280, side, side], summary.Layers[^3].OutputShape);
    }

    [Fact]
    public void NumClasses_ChangeTheClassifierAlone()
    {
        NetworkSummary ten = NetworkSummary.Create(new MobileNetV2Architecture(numClasses: 10));

        Assert.Equal(s_default.Parameters - (990 * 1281), ten.Parameters);
        Assert.Equal([10], ten.Layers[^1].OutputShape);
    }
}

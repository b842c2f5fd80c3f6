using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Recognition;

public sealed class OwnStridesTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(16)]
    [InlineData(8)]
    public void Of_ThePapersNetwork_GivesItsStagesAtAnyOutputStride(int outputStride)
    {
        FoundLayers found = OwnStrides.Of("file", FoundNetworks.Of(new(outputStride: outputStride)));

        Assert.Equal(outputStride, found.OutputStride);
        Assert.Equal(
            FoundNetworks.Of(MobileNetV2Architecture.Default).Blocks, found.Blocks);
    }

    [Theory]
    [InlineData("2 1 1 1 1 1 1", "1 1 1 1 1 3 3", "inverted residual 6 is dilated by 3, those before it by 1; the same, or twice as")]
    [InlineData("2 1 1 1 1 1 1", "2 2 2 2 2 2 2", "inverted residual 1 is dilated by 2, those before it by 1")]
    [InlineData("2 1 1 1 1 1 1", "1 1 2 2 1 1 1", "inverted residual 5 is dilated by 1, those before it by 2")]
    [InlineData("2 2 1 1 1 1 1", "1 1 2 2 2 2 2", "after a block of stride 1, is allowed")]
    [InlineData("2 1 1 1 1 1 1", "1 1 2 2 2 2 2", "its dilated map is 4 times smaller than the image; 8 and 16 are allowed")]
    [InlineData("2 2 2 1 1 1 2", "1 1 1 1 2 2 1", "inverted residual 7 is dilated by 1")]
    public void Of_DilationsThatNoOutputStrideGives_SaysWhere(string strides, string dilations, string message)
    {
        FoundLayers layers = new(
            32,
            [
                .. Numbers(strides).Zip(
                    Numbers(dilations), (stride, dilation) => new FoundBlock(64, 32, true, stride) { Dilation = dilation }),
            ],
            1280);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => OwnStrides.Of("file", layers));

        Assert.Contains(message, error.Reason, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Numbers(string text) => text.Split(' ').Select(int.Parse);
}

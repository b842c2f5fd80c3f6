using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Recognition;

public sealed class DefaultPreprocessingTests
{
    [Fact]
    public void For_TensorFlowsPadding_IsTheDefaultRecord() =>
        Assert.Equal(new ImagePreprocessing(), DefaultPreprocessing.For(PaddingFlavor.TensorFlowSame));

    [Fact]
    public void For_PyTorchsPadding_HasImageNetsMeanAndDeviation()
    {
        ImagePreprocessing preprocessing = DefaultPreprocessing.For(PaddingFlavor.PyTorchSymmetric);

        Assert.Equal([123.675, 116.28, 103.53], Values(preprocessing.Mean));
        Assert.Equal([58.395, 57.12, 57.375], Values(preprocessing.Std));
        Assert.Equal(new ImagePreprocessing { Mean = preprocessing.Mean, Std = preprocessing.Std }, preprocessing);
    }

    private static double[] Values(ChannelValues values) =>
        [.. new[] { values.Red, values.Green, values.Blue }.Select(value => Math.Round(value, 3))];
}

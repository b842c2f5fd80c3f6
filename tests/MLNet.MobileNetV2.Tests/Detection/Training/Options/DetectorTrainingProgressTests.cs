using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Options;

public sealed class DetectorTrainingProgressTests
{
    [Fact]
    public void ToString_Anywhere_SaysWhatIsKnown()
    {
        using var culture = new CommaCulture();

        Assert.Equal("start of 4 epochs", new DetectorTrainingProgress(new() { Epochs = 4 }).ToString());
        Assert.Equal("start of 4 epochs, mAP at 0.5 12.5 %", Text(new() { Epochs = 4, Validation = new(0.9, 0.125) }));
        Assert.Equal(
            "epoch 2/4, step 3/9, loss 1.250, mAP at 0.5 60.0 %, 1:02:03 left",
            Text(new()
            {
                Epoch = 2,
                Epochs = 4,
                Step = 3,
                Steps = 9,
                Loss = 1.25,
                Remaining = new(1, 2, 3),
                Validation = new(0.7, 0.6),
            }));
    }

    [Fact]
    public void Properties_OfAStep_AreItsOwn()
    {
        var progress = new DetectorTrainingProgress(new()
        {
            Epoch = 2, Epochs = 4, Step = 3, Steps = 9, Loss = 1.25, ImagesPerSecond = 7, Remaining = TimeSpan.FromSeconds(5),
        });

        Assert.Equal((2, 4, 3, 9), (progress.Epoch, progress.Epochs, progress.Step, progress.Steps));
        Assert.Equal((1.25, 7, TimeSpan.FromSeconds(5)), (progress.Loss, progress.ImagesPerSecond, progress.Remaining));
        Assert.Null(progress.MeanAveragePrecision50);
    }

    private static string Text(FineTuneProgress progress) =>
        new DetectorTrainingProgress(progress).ToString().Replace('\u00A0', ' ');
}

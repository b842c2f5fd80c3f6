using System.Globalization;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public sealed class FineTuneProgressTests
{
    private static readonly FineTuneProgress s_step = new()
    {
        Epoch = 2, Epochs = 10, Step = 7, Steps = 24, Loss = 0.4123, Accuracy = 0.8834, Remaining = TimeSpan.FromSeconds(3725),
    };

    [Fact]
    public void ToString_OfAStep_IsOneLineOfWhatIsKnown()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = other.NumberFormat.PercentDecimalSeparator = ",";
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.Equal("epoch 2/10, step 7/24, loss 0.412, accuracy 88.3 %, 1:02:05 left", s_step.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToString_OfAnEpochsEnd_TellsTheValidation() => Assert.Equal(
        "epoch 10/10, step 24/24, loss 0.412, accuracy 88.3 %, validation loss 0.500, validation accuracy 90.0 %",
        s_step.With(its => its.Epoch, 10).With(its => its.Step, 24).With(its => its.Remaining, TimeSpan.Zero)
            .With(its => its.Validation, new ValidationResult(0.5, 0.9)).ToString());

    [Fact]
    public void ToString_BeforeTheFirstStep_HasNoNumberThatIsNotKnown()
    {
        Assert.Equal("start of 10 epochs", new FineTuneProgress { Epochs = 10, Steps = 24 }.ToString());
        Assert.Equal(
            "start of 10 epochs, validation loss 0.250",
            new FineTuneProgress { Epochs = 10, Steps = 24, Validation = new(0.25, null) }.ToString());
        Assert.Equal(
            "start of 10 epochs, validation loss not finite, validation accuracy 50.0 %",
            new FineTuneProgress { Epochs = 10, Steps = 24, Validation = new(double.NaN, 0.5) }.ToString());
        Assert.Equal(
            "head alone, validation loss 0.250, validation accuracy 80.0 %",
            new FineTuneProgress { Epochs = 0, Steps = 0, Validation = new(0.25, 0.8) }.ToString());
    }
}

using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>How far the training of a detector is; as text, one line. Immutable.</summary>
public sealed class DetectorTrainingProgress
{
    internal DetectorTrainingProgress(FineTuneProgress progress)
    {
        Epoch = progress.Epoch;
        Epochs = progress.Epochs;
        Step = progress.Step;
        Steps = progress.Steps;
        Loss = progress.Loss;
        ImagesPerSecond = progress.ImagesPerSecond;
        Remaining = progress.Remaining;
        MeanAveragePrecision50 = progress.Validation?.Accuracy;
    }

    /// <summary>Number of the epoch, from 1; 0 at the start.</summary>
    public int Epoch { get; }

    /// <summary>Number of epochs.</summary>
    public int Epochs { get; }

    /// <summary>Finished steps of the epoch; the last one is reported after the epoch's validation.</summary>
    public int Step { get; }

    /// <summary>Steps of an epoch.</summary>
    public int Steps { get; }

    /// <summary>Mean training loss of the epoch so far; null before the first step.</summary>
    public double? Loss { get; }

    /// <summary>Photos trained on per second, over the epoch so far; 0 before the first step.</summary>
    public double ImagesPerSecond { get; }

    /// <summary>The time left, from the mean of all steps of this process; null before the first step.</summary>
    public TimeSpan? Remaining { get; }

    /// <summary>
    /// Mean average precision at an overlap of 0.5 on the photos to validate on, at the start and at the end of an epoch; else null.
    /// </summary>
    public double? MeanAveragePrecision50 { get; }

    /// <summary>
    /// One line of what is known, in the invariant culture: for example <c>epoch 2/10, step 7/24, loss 3.412, 0:01:25 left</c>.
    /// </summary>
    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return Step > 0 ? Text($"epoch {Epoch}/{Epochs}, step {Step}/{Steps}") : Text($"start of {Epochs} epochs");
        if (Loss is { } loss)
        {
            yield return Text($"loss {loss:F3}");
        }

        if (MeanAveragePrecision50 is { } precision)
        {
            yield return Text($"mAP at 0.5 {precision:P1}");
        }

        if (Remaining is { } left && left > TimeSpan.Zero)
        {
            yield return Text($"{(int)left.TotalHours}:{left:mm\\:ss} left");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

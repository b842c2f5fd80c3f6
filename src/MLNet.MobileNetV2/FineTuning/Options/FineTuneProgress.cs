using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>How far a fine-tuning is; as text, one line. Immutable.</summary>
public sealed class FineTuneProgress
{
    internal FineTuneProgress()
    {
    }

    /// <summary>
    /// Number of the training, from 1: with <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/> several are compared before the last.
    /// </summary>
    public int Training { get; private set; } = 1;

    /// <summary>Number of trainings.</summary>
    public int Trainings { get; private set; } = 1;

    /// <summary>Number of the epoch, from 1; 0 at the start, once there is a classifier.</summary>
    public int Epoch { get; internal init; }

    /// <summary>Number of epochs; 0 where the head alone is trained.</summary>
    public int Epochs { get; internal init; }

    /// <summary>Finished steps of the epoch; the last one is reported after the epoch's validation.</summary>
    public int Step { get; internal init; }

    /// <summary>Steps of an epoch.</summary>
    public int Steps { get; internal init; }

    /// <summary>
    /// Mean training loss of the epoch so far, smoothed labels included; null before the first step, and as long as no image of the epoch
    /// can be used.
    /// </summary>
    public double? Loss { get; internal init; }

    /// <summary>Share of the epoch's views that were classified correctly before their step; null whenever the loss is.</summary>
    public double? Accuracy { get; internal init; }

    /// <summary>The backbone's learning rate at the last step; 0 before the first.</summary>
    public double LearningRate { get; internal init; }

    /// <summary>Views trained on per second, over the epoch so far; 0 before the first step.</summary>
    public double ImagesPerSecond { get; internal init; }

    /// <summary>
    /// The time left for the epochs, and in a trial for the training after it, from the mean of all steps of this process; null before the
    /// first step, and beyond the range of a <see cref="TimeSpan"/>.
    /// </summary>
    public TimeSpan? Remaining { get; internal init; }

    /// <summary>The validation, at the start and at the end of an epoch, if there are images to validate on; else null.</summary>
    public ValidationResult? Validation { get; internal init; }

    /// <summary>
    /// One line of what is known, in the invariant culture: for example
    /// <c>epoch 2/10, step 7/24, loss 0.412, accuracy 88.3 %, 0:01:25 left</c>.
    /// </summary>
    public override string ToString() => string.Join(", ", Parts());

    /// <summary>The same of one of several trainings.</summary>
    internal FineTuneProgress Of(int training, int trainings)
    {
        var copy = (FineTuneProgress)MemberwiseClone();
        (copy.Training, copy.Trainings) = (training, trainings);
        return copy;
    }

    private IEnumerable<string> Parts()
    {
        if (Trainings > 1)
        {
            yield return Text($"training {Training}/{Trainings}");
        }

        yield return Step > 0 ? Text($"epoch {Epoch}/{Epochs}, step {Step}/{Steps}")
            : Epochs > 0 ? Text($"start of {Epochs} epochs") : "head alone";
        if (Loss is { } loss)
        {
            yield return Text($"loss {loss:F3}");
        }

        if (Accuracy is { } accuracy)
        {
            yield return Text($"accuracy {accuracy:P1}");
        }

        if (Validation is { } validation)
        {
            yield return double.IsFinite(validation.Loss) ? Text($"validation loss {validation.Loss:F3}") : "validation loss not finite";
            if (validation.Accuracy is { } validated)
            {
                yield return Text($"validation accuracy {validated:P1}");
            }
        }

        if (Remaining is { } left && left > TimeSpan.Zero)
        {
            yield return Text($"{(int)left.TotalHours}:{left:mm\\:ss} left");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

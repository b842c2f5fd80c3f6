using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>Where a fine-tuning is; as text, one line of it.</summary>
/// <param name="Epoch">Number of the epoch, from 1; 0 at the start, once the classifier is there.</param>
/// <param name="Epochs">Number of epochs; 0 where the head alone is trained.</param>
/// <param name="Step">Steps of the epoch that are done; the last one is told of when the epoch has been validated.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">Mean training loss of the epoch so far, smoothed labels included; null before the first step, and while no image of the epoch can be used.</param>
/// <param name="Accuracy">Share of the epoch's views that were classified rightly before their step; null whenever the loss is.</param>
/// <param name="LearningRate">The backbone's learning rate at the last step; 0 before the first.</param>
/// <param name="ImagesPerSecond">Views trained on a second, over the epoch so far; 0 before the first step.</param>
/// <param name="Remaining">
/// The time left for the epochs, in a trial also for those of the training after it, from the mean of all steps since this process began to train;
/// null before the first step, and beyond the range of a <see cref="TimeSpan"/>.
/// </param>
/// <param name="Validation">The validation, at the start and at the end of an epoch, where there are images to validate on; else null.</param>
public readonly record struct FineTuneProgress(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    double? Loss,
    double? Accuracy,
    double LearningRate,
    double ImagesPerSecond,
    TimeSpan? Remaining,
    ValidationResult? Validation)
{
    /// <summary>One line in the invariant culture, of what is known: for example <c>epoch 2/10, step 7/24, loss 0.412, accuracy 88.3 %, 0:01:25 left</c>.</summary>
    public override string ToString() => string.Join(", ", Parts());

    internal static FineTuneProgress AtStart(int epochs, int steps, ValidationResult? validation) =>
        new(0, epochs, 0, steps, null, null, 0, 0, null, validation);

    private IEnumerable<string> Parts()
    {
        yield return Step > 0 ? Text($"epoch {Epoch}/{Epochs}, step {Step}/{Steps}") : Epochs > 0 ? Text($"start of {Epochs} epochs") : "head alone";
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

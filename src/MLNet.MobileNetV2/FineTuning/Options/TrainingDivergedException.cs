namespace MLNet.MobileNetV2;

/// <summary>The loss or a weight is no longer a finite number; usually the learning rates are too high.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    internal TrainingDivergedException(string what, int step, int epoch)
        : base(
            FormattableString.Invariant($"The training diverged: {what} is no longer a finite number in step {step} of epoch {epoch}. ")
            + $"Lower the learning rates: {nameof(FineTuneOptions.LearningRate)} and {nameof(FineTuneOptions.HeadLearningRate)}.")
    {
        Step = step;
        Epoch = epoch;
    }

    /// <summary>The step in which it was found, from 1.</summary>
    public int Step { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }
}

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Samples with what they should give. The memory must not change while a run uses it.</summary>
internal sealed record GradientBatch
{
    /// <summary>Number of samples, from 1 up.</summary>
    public required int Count { get; init; }

    /// <summary>The samples one after the other, each as <see cref="GradientEngine.InputShape"/> says.</summary>
    public required ReadOnlyMemory<float> Inputs { get; init; }

    /// <summary>
    /// For each sample <see cref="GradientEngine.TargetCount"/> values: probabilities of the classes, a teacher's features, or both.
    /// </summary>
    public required ReadOnlyMemory<float> Targets { get; init; }

    /// <summary>A weight for each sample; empty for ones. Default: empty.</summary>
    public ReadOnlyMemory<float> Weights { get; init; }

    /// <summary>For each sample a factor a feature, 0 or 1 / (1 - dropout rate); empty for ones. Default: empty.</summary>
    public ReadOnlyMemory<float> Dropout { get; init; }

    /// <summary>What the loss is divided by, as a rule the sum of the weights; 0 takes that sum. Default: 0.</summary>
    public double Normalizer { get; init; }

    /// <summary>Checks the lengths and returns the normalizer.</summary>
    /// <exception cref="ArgumentException">A length or the normalizer is not allowed.</exception>
    internal double Check(SampleLayout layout, int targetCount)
    {
        if (Count < 1)
        {
            throw new ArgumentException($"The batch has {Count} samples; 1 or more is allowed.");
        }

        CheckLength(Inputs.Length, layout.InputLength, nameof(Inputs));
        CheckLength(Targets.Length, targetCount, nameof(Targets));
        if (!Weights.IsEmpty)
        {
            CheckLength(Weights.Length, 1, nameof(Weights));
        }

        if (!Dropout.IsEmpty)
        {
            CheckLength(Dropout.Length, layout.FeatureCount, nameof(Dropout));
        }

        double normalizer = Normalizer != 0 ? Normalizer : TotalWeight();
        return normalizer > 0 && double.IsFinite(normalizer) ? normalizer : throw new ArgumentException(
            $"The loss is divided by {normalizer}, the normalizer or the sum of the weights; a finite number above 0 is allowed.");
    }

    private double TotalWeight()
    {
        if (Weights.IsEmpty)
        {
            return Count;
        }

        double sum = 0;
        foreach (float weight in Weights.Span)
        {
            sum += weight;
        }

        return sum;
    }

    private void CheckLength(int length, int each, string name)
    {
        if (length != (long)Count * each)
        {
            throw new ArgumentException($"The batch's {name} has {length} values; {Count} samples need {each} each.");
        }
    }
}

/// <summary>What a run says beside the gradient.</summary>
/// <param name="LossSum">The sum over the samples of weight x loss, not divided by the normalizer.</param>
/// <param name="Correct">Samples whose largest output is where the largest target is.</param>
internal readonly record struct GradientResult(double LossSum, int Correct);

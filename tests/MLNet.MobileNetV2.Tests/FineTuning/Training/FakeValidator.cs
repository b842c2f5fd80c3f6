using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

/// <summary>Gives accuracies from a list, then the last one again, and remembers what it was to judge.</summary>
internal sealed class FakeValidator(params double[] accuracies) : IValidator
{
    public List<float[]> Judged { get; } = [];

    public ValidationResult Validate(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, CancellationToken cancellationToken)
    {
        Judged.Add(parameters.ToArray());
        return new(1, accuracies[Math.Min(Judged.Count, accuracies.Length) - 1]);
    }
}

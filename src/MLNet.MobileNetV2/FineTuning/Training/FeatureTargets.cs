namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>A teacher's features of the same views. Thread-safe.</summary>
internal sealed class FeatureTargets(InputSource teacher) : ITargetSource
{
    public int Count => teacher.InputLength;

    public bool TryRead(int photo, int epoch, Span<float> target) => teacher.TryRead(photo, epoch, target);
}

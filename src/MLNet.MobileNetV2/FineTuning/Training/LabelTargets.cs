namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// A probability for each class: 1 for the image's, or less where labels are smoothed, as in PyTorch's
/// <c>CrossEntropyLoss(label_smoothing)</c>; an image's weight, unlike there, is its class's for all of it. Thread-safe.
/// </summary>
/// <param name="labels">The class of each image, from 0.</param>
/// <param name="classCount">Number of classes.</param>
/// <param name="smoothing">The part that all classes share.</param>
internal sealed class LabelTargets(IReadOnlyList<int> labels, int classCount, double smoothing) : ITargetSource
{
    public int Count => classCount;

    public bool TryRead(int photo, int epoch, Span<float> target)
    {
        double shared = smoothing / classCount;
        target.Fill((float)shared);
        target[labels[photo]] = (float)(1 - smoothing + shared);
        return true;
    }
}

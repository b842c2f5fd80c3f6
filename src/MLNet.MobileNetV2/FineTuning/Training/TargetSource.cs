namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What the network should give for each view of an image. Thread-safe.</summary>
internal interface ITargetSource
{
    /// <summary>Number of values of one target.</summary>
    int Count { get; }

    /// <summary>Writes the target of an image's view in an epoch.</summary>
    /// <returns>False for an image that is left out because it can no longer be read.</returns>
    bool TryRead(int image, int epoch, Span<float> target);
}

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

    public bool TryRead(int image, int epoch, Span<float> target)
    {
        double shared = smoothing / classCount;
        target.Fill((float)shared);
        target[labels[image]] = (float)(1 - smoothing + shared);
        return true;
    }
}

/// <summary>A teacher's features of the same views. Thread-safe.</summary>
internal sealed class FeatureTargets(InputSource teacher) : ITargetSource
{
    public int Count => teacher.InputLength;

    public bool TryRead(int image, int epoch, Span<float> target) => teacher.TryRead(image, epoch, target);
}

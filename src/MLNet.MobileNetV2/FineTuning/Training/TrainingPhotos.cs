using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Images.Augmentation;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Photos to train or to validate on: some of those in memory. The memory stays the caller's.</summary>
/// <param name="Memory">Photos in memory.</param>
/// <param name="Places">Which of them.</param>
/// <param name="Labels">The class of each, from 0.</param>
internal sealed record TrainingPhotos(PhotoMemory Memory, IReadOnlyList<int> Places, IReadOnlyList<int> Labels)
{
    public int Count => Places.Count;

    /// <summary>Memory for inputs that are made of the photos and come again. Default: none.</summary>
    public MemoryBudget InputMemory { get; init; } = new(0);

    /// <summary>Takes a part of each class out.</summary>
    /// <remarks>The same photos as <c>mlContext.Data.StratifiedTrainTestSplit</c> with the same seed takes.</remarks>
    /// <param name="fraction">The part.</param>
    /// <param name="seed">Decides which.</param>
    public (TrainingPhotos Left, TrainingPhotos Held) HoldOut(double fraction, int seed)
    {
        long[][] classes =
        [
            .. Enumerable.Range(0, Count).GroupBy(photo => Labels[photo]).Select(group => group.Select(photo => (long)photo).ToArray()),
        ];
        StratifiedSplit.Shuffle(classes, seed);
        (List<long> rest, List<long> held) = StratifiedSplit.Share(classes, fraction);
        return (At(rest), At(held));

        TrainingPhotos At(List<long> photos)
        {
            photos.Sort();
            return this with
            {
                Places = [.. photos.Select(photo => Places[(int)photo])],
                Labels = [.. photos.Select(photo => Labels[(int)photo])],
            };
        }
    }

    /// <summary>A text for each photo that tells it, by what its file holds, and its class from others.</summary>
    /// <param name="workers">Most threads; 0 means as many as there are cores.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Images.BadImageException">A photo cannot be read any more.</exception>
    public IReadOnlyList<string> Identities(int workers, CancellationToken cancellationToken)
    {
        string[] texts = new string[Count + 1];
        texts[Count] = FormattableString.Invariant($"{Count} photos");
        ParallelLoop.For(
            Count, workers, i => texts[i] = FormattableString.Invariant($"{Labels[i]} {Memory.HashOf(Places[i])}"), cancellationToken);
        return texts;
    }
}

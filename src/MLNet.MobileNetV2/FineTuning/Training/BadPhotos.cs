using MLNet.MobileNetV2.Featurization;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Looks for photos that cannot be used before a training, rather than in its middle.</summary>
internal static class BadPhotos
{
    /// <summary>Opens every photo once.</summary>
    /// <param name="memory">The photos, which are kept there as far as there is room.</param>
    /// <param name="workers">Most threads, at least 1.</param>
    /// <param name="handling">Whether a bad one ends the training.</param>
    /// <param name="found">Told of each bad one; null for none.</param>
    /// <param name="progress">Told how many were opened; null for none.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <returns>The places of the bad ones.</returns>
    /// <exception cref="BadImageException">There is a bad one, and it ends the training.</exception>
    public static HashSet<int> Find(
        PhotoMemory memory,
        int workers,
        BadImageHandling handling,
        Action<BadImage>? found,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<PhotoFailure> failures = memory.Load(workers, progress, cancellationToken);
        foreach (PhotoFailure failure in failures)
        {
            if (handling == BadImageHandling.Throw)
            {
                throw failure.Error;
            }

            found?.Invoke(new BadImage(failure.Error.Path, failure.Error.Reason));
        }

        return [.. failures.Select(failure => failure.Index)];
    }
}

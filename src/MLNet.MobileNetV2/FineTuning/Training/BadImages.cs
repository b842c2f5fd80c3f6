using System.Collections.Concurrent;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// The images of a training that cannot be used: most are found before it, others when they are read again. From then on they are left out,
/// or end the training. Thread-safe.
/// </summary>
/// <param name="handling">Whether a bad one ends the training.</param>
/// <param name="found">Called once for each that is left out, one at a time; null for none.</param>
internal sealed class BadImages(BadImageHandling handling = BadImageHandling.Throw, Action<BadImage>? found = null)
{
    private readonly ConcurrentDictionary<int, bool> _places = new();
    private readonly Lock _reports = new();

    /// <summary>Whether bad ones are left out; else they end the training.</summary>
    public bool AreLeftOut { get; } = handling != BadImageHandling.Throw;

    /// <summary>Whether the image in a place of the memory has been found bad.</summary>
    public bool Contains(int place) => _places.ContainsKey(place);

    /// <summary>Leaves an image out from here on.</summary>
    public void Add(int place, BadImageException error)
    {
        if (_places.TryAdd(place, true))
        {
            lock (_reports)
            {
                found?.Invoke(new BadImage(error.Path, error.Reason));
            }
        }
    }

    /// <summary>Opens every image once, so that bad ones show before a training rather than in its middle.</summary>
    /// <param name="memory">The images, which are kept there as far as there is room.</param>
    /// <param name="workers">Most threads, at least 1.</param>
    /// <param name="progress">Reports how many were opened; null for none.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="BadImageException">There is a bad one, and it ends the training.</exception>
    public void Find(ImageMemory memory, int workers, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        foreach (ImageFailure failure in memory.Load(workers, progress, cancellationToken))
        {
            if (!AreLeftOut)
            {
                throw failure.Error;
            }

            Add(failure.Index, failure.Error);
        }
    }
}

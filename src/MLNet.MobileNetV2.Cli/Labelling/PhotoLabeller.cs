using MLNet.MobileNetV2.Cli.Inputs;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>Makes labels of scores, sorts the photos by them, and writes them to a file. For one run; not thread-safe.</summary>
/// <param name="rule">Which photos are of none of the classes.</param>
/// <param name="folder">Where photos are sorted into; null for not at all.</param>
/// <param name="file">Where labels are written to; null for nowhere. It stays the caller's.</param>
internal sealed class PhotoLabeller(UnknownRule rule, SortFolder? folder = null, LabelFile? file = null)
{
    /// <summary>Number of photos so far, the bad ones too.</summary>
    public long Count { get; private set; }

    /// <summary>Labels photos, each before the next one is asked for.</summary>
    /// <param name="outcomes">What the model sees in them.</param>
    public async IAsyncEnumerable<PhotoOutcome<PhotoLabel>> LabelAsync(
        IAsyncEnumerable<PhotoOutcome<SeenPhoto>> outcomes)
    {
        await foreach (PhotoOutcome<SeenPhoto> outcome in outcomes)
        {
            PhotoOutcome<PhotoLabel> labelled = Label(outcome);
            if (file is not null)
            {
                await file.AddAsync(labelled);
            }

            Count++;
            yield return labelled;
        }
    }

    private PhotoOutcome<PhotoLabel> Label(PhotoOutcome<SeenPhoto> outcome)
    {
        if (outcome.Result is not { } seen)
        {
            return new(outcome.Path, null, outcome.Error);
        }

        PhotoLabel label = rule.Decide(seen.Scores) with { Nearest = seen.Nearest };
        try
        {
            return new(outcome.Path, label with { SortedTo = folder?.Add(outcome.Path, label.Name) }, null);
        }
        catch (BadImageException error)
        {
            return new(outcome.Path, null, error);
        }
    }
}

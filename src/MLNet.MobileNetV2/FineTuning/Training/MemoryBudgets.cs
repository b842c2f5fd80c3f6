using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What a training may keep in memory between its steps.</summary>
/// <param name="Images">For decoded images, from which new views are made.</param>
/// <param name="Inputs">For inputs of the trained part that come again.</param>
internal sealed record MemoryBudgets(MemoryBudget Images, MemoryBudget Inputs)
{
    /// <summary>Shares the memory out: images that are not varied are of no use, and inputs that do not come again need none.</summary>
    /// <param name="options">The memory, and what comes again.</param>
    /// <param name="sources">The images; those that are in memory, encoded, take theirs first.</param>
    public static MemoryBudgets Of(FineTuneOptions options, IReadOnlyList<ImageSource> sources)
    {
        long bytes = Math.Max(options.ImageMemoryBytes - sources.Sum(source => source.EncodedBytes), 0);
        if (options.Augmentation.IsNone)
        {
            return new(new(0), new(bytes));
        }

        if (options.ViewsPerImage > 0)
        {
            return new(new(bytes / 2), new(bytes / 2));
        }

        // The few inputs to validate on take what the images leave.
        var shared = new MemoryBudget(bytes);
        return new(shared, shared);
    }
}

using MLNet.MobileNetV2.Detection.Checks;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>What is wrong with a data set of boxes, and what of it can be used. Immutable and thread-safe.</summary>
/// <remarks>
/// Each picture is decoded, so that a damaged one is found. Boxes count in pixels of the upright photo: one that is turned by its EXIF
/// orientation and whose stored size the data set gives was probably labelled unturned, which a finding says.
/// </remarks>
public sealed class DetectionDatasetCheck
{
    private DetectionDatasetCheck(
        IReadOnlyList<DatasetFinding> findings, IReadOnlyList<DatasetClassCount> classes, DetectionDataset usable)
    {
        Findings = findings;
        Classes = classes;
        Usable = usable;
    }

    /// <summary>What was found, photo by photo in the order of the data set, then what concerns classes.</summary>
    public IReadOnlyList<DatasetFinding> Findings { get; }

    /// <summary>How often each class occurs in what can be used.</summary>
    public IReadOnlyList<DatasetClassCount> Classes { get; }

    /// <summary>
    /// What training uses: what is to be dropped is left out, boxes are clipped, and sizes are those of the upright photos.
    /// </summary>
    public DetectionDataset Usable { get; }

    /// <summary>Checks a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="classes">The classes that are allowed, for example those of a model; null for the data set's own.</param>
    /// <param name="fewBoxes">A class with fewer boxes is a finding.</param>
    /// <param name="progress">Told how many photos have been checked, from any thread.</param>
    /// <param name="cancellationToken">Looked at between photos.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fewBoxes"/> is negative.</exception>
    public static DetectionDatasetCheck Create(
        DetectionDataset dataset,
        IReadOnlyList<string>? classes = null,
        int fewBoxes = 10,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Require.NotNegative(fewBoxes);
        IReadOnlyList<string> allowed = classes is null ? dataset.Classes : Array.AsReadOnly<string>([.. classes.Distinct()]);
        var known = allowed.ToHashSet(StringComparer.Ordinal);
        var images = new CheckedImage[dataset.Images.Count];
        int done = 0;
        new ParallelLoop(0, cancellationToken).For(images.Length, index =>
        {
            images[index] = CheckedImage.Of(dataset.Images[index], known, cancellationToken);
            progress?.Report(Interlocked.Increment(ref done));
        });

        DetectionImage[] usable = [.. images.Select(image => image.Usable).OfType<DetectionImage>()];
        DatasetClassCount[] counts = Count(allowed, usable);
        IEnumerable<DatasetFinding> few = counts.Where(count => count.Boxes < fewBoxes).Select(count => new DatasetFinding(
            DatasetFault.FewBoxes,
            ImagePath: null,
            BoxIndex: null,
            count.Label,
            FormattableString.Invariant($"The class '{count.Label}' has {count.Boxes} usable boxes; at least {fewBoxes} are advised.")));
        return new(
            Array.AsReadOnly<DatasetFinding>([.. images.SelectMany(image => image.Findings), .. few]),
            Array.AsReadOnly(counts),
            new(dataset.Path, dataset.Format, allowed, Array.AsReadOnly(usable)) { IsChecked = true });
    }

    private static DatasetClassCount[] Count(IReadOnlyList<string> classes, DetectionImage[] images)
    {
        var boxes = images.SelectMany(image => image.Boxes).CountBy(box => box.Label).ToDictionary();
        var photos = images.SelectMany(image => image.Boxes.Select(box => box.Label).Distinct()).CountBy(label => label).ToDictionary();
        return [.. classes.Select(label => new DatasetClassCount(
            label, boxes.GetValueOrDefault(label), photos.GetValueOrDefault(label)))];
    }
}

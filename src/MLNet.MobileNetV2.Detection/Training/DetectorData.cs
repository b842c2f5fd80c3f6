using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Training.Views;

namespace MLNet.MobileNetV2.Detection.Training;

/// <summary>What a detector is trained and validated on: photos and boxes that can be used. Immutable.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Training">The photos to train on, at least one of them with a box.</param>
/// <param name="Validation">The photos to validate on; perhaps none.</param>
internal sealed record DetectorData(
    IReadOnlyList<string> Labels, IReadOnlyList<DetectionImage> Training, IReadOnlyList<DetectionImage> Validation)
{
    /// <summary>Checks data sets and holds photos out.</summary>
    /// <exception cref="ArgumentException">There is nothing to train or validate on.</exception>
    public static DetectorData Of(
        DetectionDataset dataset, DetectionDataset? validation, DetectorTrainingOptions options, CancellationToken cancellationToken)
    {
        if (validation is not null && options.ValidationShare > 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{nameof(options.ValidationShare)} is {options.ValidationShare} and photos to validate ")
                + "on are given; one of them is allowed.",
                nameof(validation));
        }

        DetectionDataset training = Usable(dataset, dataset.Classes, nameof(dataset), cancellationToken);
        DetectionDataset? held = validation is null ? null : Usable(validation, dataset.Classes, nameof(validation), cancellationToken);
        if (options.ValidationShare > 0)
        {
            (training, held) = training.Split(options.ValidationShare, options.Seed);
        }

        Require(training, "train", box => !box.IsCrowd);
        if (held is not null)
        {
            // Only these count in average precision.
            Require(held, "validate", box => box is { IsCrowd: false, IsDifficult: false });
        }

        return new(dataset.Classes, training.Images, held?.Images ?? []);
    }

    /// <summary>The photos to train on, with boxes in fractions of their sides and classes by number.</summary>
    public IReadOnlyList<TrainedImage> Trained()
    {
        var numbers = Labels.Index().ToDictionary(label => label.Item, label => label.Index + 1, StringComparer.Ordinal);
        return
        [
            .. Training.Select(image => new TrainedImage(
                (double)image.Width!.Value / image.Height!.Value,
                [.. image.Boxes.Select(box => new TrainedBox(numbers[box.Label], Relative(image, box.Box), box.IsCrowd))])),
        ];
    }

    /// <summary>The shapes of the boxes to train on.</summary>
    public IReadOnlyList<AnchorShape> Shapes() =>
    [
        .. Training.SelectMany(image => image.Boxes.Where(box => !box.IsCrowd).Select(box => Relative(image, box.Box)))
            .Select(box => new AnchorShape(box.Bottom - box.Top, box.Right - box.Left)),
    ];

    /// <summary>For each photo, what identifies its boxes.</summary>
    public static IEnumerable<string> Descriptions(IEnumerable<DetectionImage> images) => images.Select(
        image => FormattableString.Invariant(
            $"{image.Width} {image.Height} {string.Join(';', image.Boxes.Select(box => $"{box.Label} {box.Box} {box.IsCrowd}"))}"));

    private static RelativeBox Relative(DetectionImage image, BoundingBox box) =>
        RelativeBox.FromPixels(box, image.Width!.Value, image.Height!.Value);

    /// <summary>What of a data set can be used.</summary>
    /// <exception cref="ArgumentException">There is no box.</exception>
    public static DetectionDataset Usable(
        DetectionDataset dataset, IReadOnlyList<string> classes, string name, CancellationToken cancellationToken)
    {
        DetectionDataset usable = dataset.IsUsableOf(classes)
            ? dataset
            : DetectionDatasetCheck.Create(dataset, classes, cancellationToken: cancellationToken).Usable;
        return usable.Images.Any(image => image.Boxes.Count > 0) ? usable : throw new ArgumentException(
            $"The data set '{dataset.Path}' has no usable box of the classes {string.Join(", ", classes)}.", name);
    }

    private static void Require(DetectionDataset dataset, string purpose, Func<LabelledBox, bool> counts)
    {
        if (!dataset.Images.Any(image => image.Boxes.Any(counts)))
        {
            throw new ArgumentException(
                $"The {dataset.Images.Count} photos of the data set '{dataset.Path}' to {purpose} on have no box that counts.",
                nameof(dataset));
        }
    }
}

using Microsoft.ML;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>The images of a folder to train and to validate on.</summary>
/// <param name="Folder">The folder of those to train on.</param>
/// <param name="Training">The images to train on.</param>
/// <param name="Validation">The images to validate on; perhaps none.</param>
internal sealed record FolderImages(string Folder, IReadOnlyList<ImageFile> Training, IReadOnlyList<ImageFile> Validation)
{
    private const int ReasonsShown = 3;

    /// <summary>Number of images.</summary>
    public int Count => Training.Count + Validation.Count;

    /// <summary>The group of an image to train on; null where it stands for itself.</summary>
    public string? GroupOf(string imagePath, ImageGrouping grouping) =>
        grouping.GroupOf(imagePath[(Path.EndsInDirectorySeparator(Folder) ? Folder.Length : Folder.Length + 1)..]);

    /// <summary>Walks the folders, each once, and warns of what is left out.</summary>
    /// <exception cref="ImageFolderException">A folder cannot be used, or no image can be held out.</exception>
    public static FolderImages Read(string folder, ImageFolderTrainingOptions options, CancellationToken cancellationToken)
    {
        var listing = ImageFolderListing.OfClasses(folder, cancellationToken);
        IReadOnlyList<ImageFile> files = listing.Labelled(new ImageFolderOptions());
        if (options.ValidationFolder is { } other)
        {
            return WithValidation(folder, listing, files, other, options, cancellationToken);
        }

        FolderImages images = options.ValidationFraction > 0
            ? Split(folder, files, options.ValidationFraction, options.Seed)
            : new(folder, files, []);
        Warn(options, listing);
        return images;
    }

    /// <summary>Makes sure that every class has an image left.</summary>
    /// <exception cref="ImageFolderException">One has none.</exception>
    public void CheckClasses(IReadOnlyCollection<BadImage> skipped)
    {
        HashSet<string?> bad = [.. skipped.Select(image => image.Path)];
        HashSet<string> left = [.. Training.Where(file => !bad.Contains(file.ImagePath)).Select(file => file.Label)];
        ImageFile[] lost = [.. Training.Where(file => !left.Contains(file.Label))];
        if (lost.Length > 0)
        {
            throw new ImageFolderException(
                Folder,
                "no image can be used in the class "
                    + $"{string.Join(", ", lost.Select(file => file.Label).Distinct(StringComparer.Ordinal))}; "
                + $"every class needs at least one. {Reasons(skipped, lost)}");
        }
    }

    /// <summary>The error if no image to validate on can be used.</summary>
    public ImageFolderException NoneToValidateOn(IEnumerable<BadImage> skipped) =>
        new(Folder, $"none of the {Validation.Count} images to validate on can be used. {Reasons(skipped, Validation)}");

    private static string Reasons(IEnumerable<BadImage> skipped, IEnumerable<ImageFile> files)
    {
        HashSet<string?> paths = [.. files.Select(file => file.ImagePath)];
        return string.Join(
            ' ', skipped.Where(image => paths.Contains(image.Path)).Take(ReasonsShown).Select(image => $"{image.Path}: {image.Reason}"));
    }

    private static FolderImages Split(string folder, IReadOnlyList<ImageFile> files, double fraction, int seed)
    {
        if (files.CountBy(file => file.Label, StringComparer.Ordinal).All(group => group.Value == 1))
        {
            throw new ImageFolderException(folder, "no image can be held out to validate on: every class has only one.");
        }

        DataOperationsCatalog data = new MLContext(seed).Data;
        DataOperationsCatalog.TrainTestData split = data.StratifiedTrainTestSplit(
            data.LoadFromEnumerable(files), fraction, nameof(ImageFile.Label), seed);
        return new(folder, List(split.TrainSet), List(split.TestSet));

        List<ImageFile> List(IDataView view) =>
            [.. data.CreateEnumerable<FileRow>(view, reuseRowObject: false).Select(row => new ImageFile(row.ImagePath, row.Label))];
    }

    private static FolderImages WithValidation(
        string folder,
        ImageFolderListing listing,
        IReadOnlyList<ImageFile> training,
        string other,
        ImageFolderTrainingOptions options,
        CancellationToken cancellationToken)
    {
        var otherListing = ImageFolderListing.OfClasses(other, cancellationToken);
        IReadOnlyList<ImageFile> files = otherListing.Labelled(new ImageFolderOptions { MinimumClasses = 1 });
        string[] unknown =
        [
            .. files.Select(file => file.Label).Distinct(StringComparer.Ordinal)
                .Except(training.Select(file => file.Label), StringComparer.Ordinal),
        ];
        if (unknown.Length > 0)
        {
            throw new ImageFolderException(other, $"it has classes that '{folder}', which is trained on, does not have: "
                + $"{string.Join(", ", unknown)}.");
        }

        // Real paths, as links may lead from one folder into the other.
        HashSet<string?> trained = new(training.Select(RealPathOf), RealPath.Comparer);
        int trainedOn = files.Count(file => RealPathOf(file) is { } path && trained.Contains(path));
        if (trainedOn == files.Count)
        {
            throw new ImageFolderException(
                other, $"every image in it is also one of '{folder}', which is trained on. Give a folder of other images, or hold out "
                    + "a fraction, for example 0.2.");
        }

        Warn(options, listing);
        Warn(options, otherListing);
        if (trainedOn > 0)
        {
            options.Warning?.Invoke(
                $"{trainedOn} of the {files.Count} images to validate on are trained on too: "
                    + "the validation makes the model look better than it is.");
        }

        return new(folder, training, files);
    }

    private static void Warn(ImageFolderTrainingOptions options, ImageFolderListing listing)
    {
        foreach (string sentence in listing.LeftOut())
        {
            options.Warning?.Invoke(sentence);
        }
    }

    private static string? RealPathOf(ImageFile file) => RealPath.Of(file.ImagePath);

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}

using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2;

/// <summary>What is wrong with a folder of images that a classifier is to be trained on. Immutable and thread-safe.</summary>
/// <remarks>
/// Every photo is decoded once, and featurized, from which likely wrong labels, outliers and near duplicates are found: all pairs of photos
/// are looked at. Paths are the folder as given, joined by '/' with the name below it.
/// </remarks>
/// <example><code>
/// ImageDatasetCheck check = ImageDatasetCheck.Create("flowers");
/// foreach (LikelyWrongLabel photo in check.LikelyWrong)
/// {
///     Console.WriteLine($"{photo.Path} is labelled {photo.Label} and looks like {photo.Suggested}");
/// }
/// </code></example>
public sealed class ImageDatasetCheck
{
    internal ImageDatasetCheck()
    {
    }

    /// <summary>The weights of the features.</summary>
    internal LoadedWeights? Weights { get; init; }

    /// <summary>Number of photos.</summary>
    public int Images { get; internal init; }

    /// <summary>The classes in ordinal order.</summary>
    public IReadOnlyList<ImageClassCount> Classes { get; internal init; } = [];

    /// <summary>Photos that cannot be used, and why, those of the other folder among them.</summary>
    public IReadOnlyList<BadImage> Unreadable { get; internal init; } = [];

    /// <summary>Photos whose name has another format's extension; they are read all the same.</summary>
    public IReadOnlyList<WronglyNamedImage> WronglyNamed { get; internal init; } = [];

    /// <summary>Groups of files that are equal, byte for byte.</summary>
    public IReadOnlyList<IReadOnlyList<string>> ExactDuplicates { get; internal init; } = [];

    /// <summary>Photos that are the same, but not the same file. Of equal files the first stands for all.</summary>
    public IReadOnlyList<DuplicateImages> NearDuplicates { get; internal init; } = [];

    /// <summary>Photos that are the same, or the same file, under two labels.</summary>
    public IReadOnlyList<DuplicateImages> ConflictingLabels { get; internal init; } = [];

    /// <summary>
    /// Photos of the folder that are also in <see cref="ImageDatasetCheckOptions.Against"/>: first the one here, then the one there.
    /// </summary>
    public IReadOnlyList<DuplicateImages> Leakage { get; internal init; } = [];

    /// <summary>
    /// Photos whose label is likely wrong, the likeliest first: a head that was not trained on the photo, and the labels of the ten photos
    /// that are most like it, agree on another class.
    /// </summary>
    public IReadOnlyList<LikelyWrongLabel> LikelyWrong { get; internal init; } = [];

    /// <summary>Photos that are unlike all others, the most distant first.</summary>
    public IReadOnlyList<OutlierImage> Outliers { get; internal init; } = [];

    /// <summary>Photos whose shorter side is below <see cref="ImageDatasetCheckOptions.TinySide"/>.</summary>
    public IReadOnlyList<string> Tiny { get; internal init; } = [];

    /// <summary>Photos without a sharp edge.</summary>
    public IReadOnlyList<string> Blurred { get; internal init; } = [];

    /// <summary>Photos of nearly one colour, as black ones.</summary>
    public IReadOnlyList<string> Blank { get; internal init; } = [];

    /// <summary>Photos of which one side is more than three times the other.</summary>
    public IReadOnlyList<string> UnusualShapes { get; internal init; } = [];

    /// <summary>Checks a folder.</summary>
    /// <param name="folder">The folder, with one sub-folder per class, read as <c>LoadFromImageFolder</c> reads it.</param>
    /// <param name="options">Another folder, weights, limits; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    /// <exception cref="ImageFolderException">A folder is missing or cannot be read, or there are fewer than two classes.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="WeightsFormatException">The weight file is damaged or holds another network.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are neither on this machine nor can they be downloaded.</exception>
    public static ImageDatasetCheck Create(
        string folder, ImageDatasetCheckOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new();
        options.Validate();
        return new DatasetCheckRun(folder, options, cancellationToken).Run();
    }
}

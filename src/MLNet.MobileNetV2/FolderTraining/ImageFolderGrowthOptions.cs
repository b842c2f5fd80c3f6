namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="ImageFolderGrowth"/>. Immutable.</summary>
public sealed record ImageFolderGrowthOptions
{
    /// <summary>
    /// A folder of images to validate on, with a sub-folder for each class, old or new, that is measured. Default: null, none.
    /// </summary>
    public string? ValidationFolder { get; init; }

    /// <summary>
    /// Whether all classes are taken for as frequent, however many images of each there were. Default: false, as frequent as their images.
    /// </summary>
    public bool BalancesClasses { get; init; }

    /// <summary>Reports the reading of the images, from any thread, one at a time. Default: null.</summary>
    public IProgress<ImageFolderTrainingProgress>? Progress { get; init; }

    /// <summary>Called with a sentence for each thing that the user should know, such as files that are left out. Default: null.</summary>
    public Action<string>? Warning { get; init; }
}

using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="ImageFolderCrossValidation"/>. Read once, when it begins.</summary>
public sealed class ImageFolderCrossValidationOptions
{
    private const int MaxFolds = 1000;

    /// <summary>Number of folds, 2 to 1000. Default: 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>
    /// Images that belong together, which are all in one fold; also the intervals draw them together. Default: null, each image stands for
    /// itself.
    /// </summary>
    public ImageGrouping? Grouping { get; init; }

    /// <summary>Decides which image is in which fold. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The weights that make the features. Default: <see cref="WeightsSource.Embedded"/>.</summary>
    public WeightsSource Weights { get; init; } = WeightsSource.Embedded;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>
    /// How the heads are trained: regularisation, calibration, balance; its columns are not used. Default: as
    /// <see cref="ImageFolderTrainingOptions.Head"/>.
    /// </summary>
    public MobileNetV2HeadOptions Head { get; init; } = ImageFolderTrainingOptions.DefaultHead;

    /// <summary>Keeps features from one run to the next. Default: null, no cache.</summary>
    public IFeatureCache? Cache { get; init; }

    /// <summary>
    /// Intervals, calibration and losses of the reports. Default: the defaults of <see cref="ClassificationReportOptions"/>.
    /// </summary>
    public ClassificationReportOptions Report { get; init; } = new();

    /// <summary>
    /// Reports the reading of the images, and a download of the weights before it, from any thread, one at a time. Default: null.
    /// </summary>
    public IProgress<ImageFolderTrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Called with a sentence for each thing that the user should know: files that are left out, classes that cannot be tested, embedded
    /// weights in the place of ImageNet's. Default: null.
    /// </summary>
    public Action<string>? Warning { get; init; }

    /// <summary>What a training on the folder would take of these.</summary>
    internal ImageFolderTrainingOptions Training => new()
    {
        Weights = Weights,
        Store = Store,
        Head = Head,
        Cache = Cache,
        Progress = Progress,
        Warning = Warning,
    };

    internal void Validate()
    {
        Require.Between(2, MaxFolds, Folds);
        ArgumentNullException.ThrowIfNull(Report);
        Report.Validate();
        Training.Validate();
    }
}

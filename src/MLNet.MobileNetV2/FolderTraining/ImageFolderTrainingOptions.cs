using System.Globalization;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="ImageFolderTraining"/>. Read once, when the training begins.</summary>
public sealed class ImageFolderTrainingOptions
{
    /// <summary>The weights at the start. Default: <see cref="WeightsSource.Embedded"/>.</summary>
    public WeightsSource Weights { get; init; } = WeightsSource.Embedded;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>
    /// Part of each class that is held out to validate on, from 0 to below 1: the same images as <c>StratifiedTrainTestSplit</c> holds out
    /// with the same seed. The model is trained on the rest. Default: 0, none. Not with <see cref="ValidationFolder"/>.
    /// </summary>
    public double ValidationFraction { get; init; }

    /// <summary>A folder of images to validate on, with sub-folders of the same names. Default: null, none.</summary>
    public string? ValidationFolder { get; init; }

    /// <summary>Decides which images are held out. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// What is trained besides the classifier: blocks counted from the end, or all. Default: <see cref="FineTuneBlocks.HeadOnly"/>, which
    /// solves for the classifier in seconds and uses nothing of <see cref="FineTuning"/>.
    /// </summary>
    public FineTuneBlocks FineTuneBlocks { get; init; } = FineTuneBlocks.HeadOnly;

    /// <summary>
    /// How the head is trained where nothing is fine-tuned: regularisation, calibration, balance; its columns are not used. Default:
    /// <see cref="MobileNetV2HeadOptions"/>' own defaults, but for the regularisation, which is selected, and scores that are calibrated.
    /// </summary>
    public MobileNetV2HeadOptions Head { get; init; } = DefaultHead;

    /// <summary>
    /// What the model calls an image of none of its classes (<see cref="UnknownImageEstimator"/>), which adds the columns IsUnknown and
    /// Strangeness to it. It needs at least 20 images that can be held out in turn. Default: null, every image gets a class.
    /// </summary>
    public string? UnknownLabel { get; init; }

    /// <summary>
    /// Share of images of the classes that must not be called unknown, as <see cref="UnknownImageOptions.KnownShare"/>. Default: 0.95.
    /// </summary>
    public double KnownShare { get; init; } = UnknownImageOptions.DefaultKnownShare;

    /// <summary>
    /// Whether the saved model keeps what <see cref="ImageFolderGrowth"/> needs: the mean of the features of each class, how features
    /// differ within classes, and the number of images; no image, and nothing of a single one where a class has several. It takes about
    /// 0.4 MB, and 2.5 KB a class. Default: true.
    /// </summary>
    public bool KeepsStatistics { get; init; } = true;

    /// <summary>
    /// Whether fine-tuning is compared with the head alone first, which is kept where fine-tuning loses more than chance may, as
    /// <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/>. Default: false.
    /// </summary>
    public bool FineTuneIfBetter { get; init; }

    /// <summary>
    /// About how long <see cref="FineTuneIfBetter"/> may take, as <see cref="MobileNetV2TrainerOptions.TimeBudget"/>. Default: null, three
    /// minutes or what twice <see cref="FineTuneOptions.Steps"/> take, whichever is less.
    /// </summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Called with what <see cref="FineTuneIfBetter"/> is going to do, once a step is timed. Default: null.</summary>
    public Action<FineTunePlan>? Planned { get; init; }

    /// <summary>
    /// How the network is fine-tuned. Default: <see cref="FineTuneOptions"/>' own defaults. With <see cref="FineTuneOptions.Patience"/>
    /// the images to validate on also end the training and, with <see cref="FineTuneOptions.RestoreBest"/>, choose its epoch, so that the
    /// measures on them flatter the model; without it they only measure.
    /// </summary>
    public FineTuneOptions FineTuning { get; init; } = new();

    /// <summary>
    /// Reported at the start and after each epoch of the training, not of a trial, with a validation if there are images to validate on.
    /// Default: null, which validates no epoch unless <see cref="FineTuneOptions.Patience"/> needs it.
    /// </summary>
    internal IProgress<FineTuneProgress>? EpochProgress { get; init; }

    /// <summary>Keeps features from one run to the next; not with fine-tuning, which changes them. Default: null, no cache.</summary>
    public IFeatureCache? Cache { get; init; }

    /// <summary>
    /// Whether the features of the images that are trained on are kept for <see cref="ImageFolderTrainingResult.TrainingFeatures"/>, in
    /// memory at 4 bytes each; with fine-tuning the images are read once more for it. Default: false.
    /// </summary>
    public bool KeepFeatures { get; init; }

    /// <summary>
    /// Reports the training, and a download of the weights before it, from any thread, one at a time. Default: null.
    /// </summary>
    public IProgress<ImageFolderTrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Called before the training begins with a sentence for each thing that the user should know: files that are left out, images that are
    /// trained and validated on, embedded weights in the place of ImageNet's. Default: null.
    /// </summary>
    public Action<string>? Warning { get; init; }

    /// <summary>How the head is trained on features of a folder's images.</summary>
    internal MobileNetV2HeadOptions HeadFor(CancellationToken cancellationToken)
    {
        var columns = new MobileNetV2HeadOptions();
        return Head with
        {
            LabelColumnName = columns.LabelColumnName,
            FeatureColumnName = columns.FeatureColumnName,
            PredictedLabelColumnName = columns.PredictedLabelColumnName,
            ExampleWeightColumnName = null,
            CancellationToken = cancellationToken,
        };
    }

    internal static MobileNetV2HeadOptions DefaultHead { get; } = new() { SelectsL2Regularization = true, CalibratesScores = true };

    internal LoadedWeights LoadWeights(CancellationToken cancellationToken)
    {
        var progress = new DirectProgress<DownloadProgress>(state => Progress?.Report(new(0, Text(state), null)));
        LoadedWeights loaded = new WeightsStore(Store).Load(Weights, progress, cancellationToken);
        if (loaded.FallbackWarning is { } warning)
        {
            Warning?.Invoke(warning);
        }

        return loaded;
    }

    private static string Text(DownloadProgress state) => string.Create(
        CultureInfo.InvariantCulture, $"downloading weights, {state.BytesReceived >> 20} of {state.TotalBytes >> 20} MiB");

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Weights);
        ArgumentNullException.ThrowIfNull(Store);
        ArgumentNullException.ThrowIfNull(FineTuning);
        ArgumentNullException.ThrowIfNull(Head);
        Head.Validate();
        if (UnknownLabel is not null)
        {
            UnknownImageOptions.CheckRule(UnknownLabel, KnownShare);
        }

        Require.That(ValidationFraction is >= 0 and < 1, ValidationFraction, "from 0 to below 1");
        if (ValidationFraction > 0 && ValidationFolder is not null)
        {
            throw new ArgumentException($"{nameof(ValidationFraction)} and {nameof(ValidationFolder)} are both given; "
                + "one of them is allowed.");
        }

        bool isHeadOnly = FineTuneBlocks == FineTuneBlocks.HeadOnly;
        if (FineTuneIfBetter && isHeadOnly)
        {
            throw new ArgumentException($"{nameof(FineTuneIfBetter)} compares with the head alone: "
                + $"{nameof(FineTuneBlocks)} must be at least 1.");
        }

        if (Cache is not null && !isHeadOnly)
        {
            throw new ArgumentException($"{nameof(Cache)} keeps features, and fine-tuning changes them: {nameof(FineTuneBlocks)} must be "
                + $"{FineTuneBlocks.HeadOnly}.");
        }

        // The trainer checks its options again, when the weights are there.
        FineTuning.Validate();
        if (!isHeadOnly && FineTuning.Patience is not null && ValidationFraction == 0 && ValidationFolder is null)
        {
            throw new ArgumentException($"{nameof(FineTuneOptions.Patience)} needs images to validate on: "
                + $"give {nameof(ValidationFraction)} or {nameof(ValidationFolder)}.");
        }
    }
}

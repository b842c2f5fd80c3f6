using MLNet.MobileNetV2.Validation;
using Microsoft.ML;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2Trainer"/>. Read once, when the trainer is made.</summary>
public sealed class MobileNetV2TrainerOptions
{
    /// <summary>
    /// Name of the label column. A text is mapped to keys inside, and predicted as text; a key (<c>MapValueToKey</c> makes one) is
    /// predicted as a key. Default: "Label".
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// Name of the image column: file paths (text), an unsized <c>MLImage</c>, or the bytes of an encoded image
    /// (<c>Vector&lt;Byte&gt;</c>). Images that are not files are held in memory, encoded, while <c>Fit</c> runs. Default: "ImagePath".
    /// </summary>
    public string InputColumnName { get; init; } = "ImagePath";

    /// <summary>Name of the column that the model adds for the features of its network. Default: "Features".</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>Name of the column that the model adds for the probabilities. Default: "Score".</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Name of the column that the model adds for the predicted label. Default: "PredictedLabel".</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The weights at the start. Default: <see cref="WeightsSource.Embedded"/>.</summary>
    public WeightsSource Weights { get; init; } = WeightsSource.Embedded;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>How images are prepared. Default: null, which means as the weights were trained.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>
    /// What is trained besides the classifier: blocks counted from the end, or all. Default: <see cref="FineTuneBlocks.HeadOnly"/>, which
    /// solves for the classifier and uses nothing else of <see cref="FineTuning"/> than its seed and threads; with
    /// <see cref="ClassifierStart.Random"/> it trains the classifier step by step.
    /// </summary>
    public FineTuneBlocks FineTuneBlocks { get; init; } = FineTuneBlocks.HeadOnly;

    /// <summary>
    /// Whether fine-tuning is compared with the head alone first, by cross-fitting: each half of the images is held out once, both are
    /// trained on the other half, and the images that each classifies correctly are counted. If fine-tuning loses more of them than chance
    /// may (<see cref="FineTuneTrial.ChoosesFineTuning"/>), or if no class has two images, the head alone is trained, with the
    /// regularisation (1, 10 or 100 times <see cref="L2Regularization"/>) and, where <see cref="Preprocessing"/> is null, the part of the
    /// image (the weights' own, or all of it, <see cref="ImageCrop.Squash"/>) that do best in a cross-validation. Default: false.
    /// </summary>
    public bool FineTuneIfBetter { get; init; }

    /// <summary>
    /// About how long <see cref="FineTuneIfBetter"/> may take, comparison and training: a step is timed first, and there are as many as
    /// fit, up to 2,000 in the training. Above 0; <see cref="Timeout.InfiniteTimeSpan"/> goes by <see cref="FineTuneOptions.Steps"/> alone,
    /// in the training and as many in the comparison, and repeats exactly on any machine. Default: null, three minutes or
    /// what twice <see cref="FineTuneOptions.Steps"/> take, whichever is less.
    /// </summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Called with what <see cref="FineTuneIfBetter"/> is going to do, once a step is timed. Default: null.</summary>
    public Action<FineTunePlan>? Planned { get; init; }

    /// <summary>
    /// Called with what <see cref="FineTuneIfBetter"/> found, before the model is trained. Default: null.
    /// </summary>
    public Action<FineTuneTrial>? TrialEnded { get; init; }

    /// <summary>Called with what <see cref="FineTuneOptions.ChecksFlips"/> found, before anything is trained. Default: null.</summary>
    public Action<MirrorTrial>? FlipsChecked { get; init; }

    /// <summary>How the network is fine-tuned. Default: the defaults of <see cref="FineTuneOptions"/>.</summary>
    public FineTuneOptions FineTuning { get; init; } = new();

    /// <summary>
    /// Weight of the squared weights of the classifier that <see cref="ClassifierStart.Solved"/> finds, as
    /// <see cref="MobileNetV2HeadOptions.L2Regularization"/>. Default: 0.1.
    /// </summary>
    public float L2Regularization { get; init; } = MobileNetV2HeadOptions.DefaultL2Regularization;

    /// <summary>
    /// Whether the regularisation of the head alone is selected by cross-validation, as
    /// <see cref="MobileNetV2HeadOptions.SelectsL2Regularization"/>. Not used where the network is fine-tuned. Default: false.
    /// </summary>
    public bool SelectsL2Regularization { get; init; }

    /// <summary>
    /// Whether the probabilities of the head alone are made as sure as they are right, as
    /// <see cref="MobileNetV2HeadOptions.CalibratesScores"/>. Not used where the network is fine-tuned. Default: false.
    /// </summary>
    public bool CalibratesScores { get; init; }

    /// <summary>
    /// Part of each class that is held out to validate on, from 0 to below 1; <see cref="Progress"/> reports the results. Default: 0, none.
    /// Not with <see cref="ValidationSet"/>.
    /// </summary>
    public double ValidationFraction { get; init; }

    /// <summary>Data to validate on, with the same columns and, for a key, the same key values. Default: null, none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// What happens with an image that cannot be used: <see cref="BadImageHandling.MissingFeatures"/> leaves it out of the training, from
    /// when it is found bad, and makes the model give missing features. Default: <see cref="BadImageHandling.Throw"/>.
    /// </summary>
    public BadImageHandling OnBadImage { get; init; } = BadImageHandling.Throw;

    /// <summary>
    /// Called once for each image that <c>Fit</c> leaves out, on any of its threads, one at a time; and for each that gives missing
    /// features later. Default: null.
    /// </summary>
    public Action<BadImage>? BadImageFound { get; init; }

    /// <summary>Reported after each step and epoch, on the thread that called <c>Fit</c>. Default: null.</summary>
    public IProgress<FineTuneProgress>? Progress { get; init; }

    /// <summary>Reports how many images have been read before the training, on the thread that read them. Default: null.</summary>
    public IProgress<int>? ReadingProgress { get; init; }

    /// <summary>Reports a download of the weights. Default: null.</summary>
    public IProgress<DownloadProgress>? DownloadProgress { get; init; }

    /// <summary>Stops <c>Fit</c>, and every later reading of features. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal bool IsSolvedAlone =>
        FineTuneBlocks == FineTuneBlocks.HeadOnly && FineTuning.For(FineTuneBlocks).ClassifierStart == ClassifierStart.Solved;

    internal bool HasValidation => ValidationFraction > 0 || ValidationSet is not null;

    internal MobileNetV2FeaturizerOptions Featurizer(WeightsSource weights) => new()
    {
        OutputColumnName = FeatureColumnName,
        InputColumnName = InputColumnName,
        Weights = weights,
        Store = Store,
        Preprocessing = Preprocessing,
        OnBadImage = OnBadImage,
        BadImageFound = BadImageFound,
        DownloadProgress = DownloadProgress,
        CancellationToken = CancellationToken,
    };

    internal MobileNetV2HeadOptions Head => new()
    {
        LabelColumnName = LabelColumnName,
        FeatureColumnName = FeatureColumnName,
        PredictedLabelColumnName = PredictedLabelColumnName,
        L2Regularization = L2Regularization,
        SelectsL2Regularization = SelectsL2Regularization && IsSolvedAlone,
        CalibratesScores = CalibratesScores && IsSolvedAlone,
        BalancesClasses = FineTuning.BalanceClasses && IsSolvedAlone,
        ThreadCount = FineTuning.ThreadCount,
        CancellationToken = CancellationToken,
    };

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(FineTuning);
        FineTuning.Validate();

        // The head's options have the same names as these; the featurizer calls the feature column otherwise.
        Head.Validate();
        Require.ColumnName(ScoreColumnName);
        Require.That(PredictedLabelColumnName != ScoreColumnName, PredictedLabelColumnName, $"another name than {nameof(ScoreColumnName)}");
        Featurizer(Weights).Validate();
        if (FineTuneIfBetter && FineTuneBlocks == FineTuneBlocks.HeadOnly)
        {
            throw new ArgumentException(
                $"{nameof(FineTuneIfBetter)} compares with the head alone: {nameof(FineTuneBlocks)} must be at least 1 "
                + $"(it is {FineTuneBlocks}).");
        }

        Require.That(
            TimeBudget is null || TimeBudget > TimeSpan.Zero || TimeBudget == Timeout.InfiniteTimeSpan,
            TimeBudget,
            "above 0, infinite, or null");
        Require.That(ValidationFraction is >= 0 and < 1, ValidationFraction, "from 0 to below 1");

        if (ValidationFraction > 0 && ValidationSet is not null)
        {
            throw new ArgumentException(
                $"{nameof(ValidationFraction)} and {nameof(ValidationSet)} are both given; one of them is allowed.");
        }

        if (FineTuning.Patience is not null && !HasValidation)
        {
            throw new ArgumentException(
                $"{nameof(FineTuneOptions.Patience)} needs images to validate on: "
                + $"give {nameof(ValidationFraction)} or {nameof(ValidationSet)}.");
        }
    }
}

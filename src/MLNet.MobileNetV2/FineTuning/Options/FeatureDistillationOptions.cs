namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="FeatureDistillationEstimator"/>. Read once, when the estimator is made.</summary>
public sealed class FeatureDistillationOptions
{
    /// <summary>Name of the column that the featurizer adds. Default: "Features".</summary>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>
    /// Name of the image column: file paths (text), an unsized <c>MLImage</c>, or the bytes of an encoded image
    /// (<c>Vector&lt;Byte&gt;</c>). Images that are not files are held in memory, encoded, while <c>Fit</c> runs. Default: "ImagePath".
    /// </summary>
    public string InputColumnName { get; init; } = "ImagePath";

    /// <summary>
    /// The network that learns: weights of any width and image size, also newly drawn, with which
    /// <see cref="BatchNormTraining.BatchStatistics"/> goes. It is needed.
    /// </summary>
    public required WeightsSource Student { get; init; }

    /// <summary>The network whose features are learned. Default: <see cref="WeightsSource.ImageNet"/>.</summary>
    public WeightsSource Teacher { get; init; } = WeightsSource.ImageNet;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>What of the student is trained, at least one block. Default: <see cref="FineTuneBlocks.All"/>.</summary>
    public FineTuneBlocks FineTuneBlocks { get; init; } = FineTuneBlocks.All;

    /// <summary>
    /// Whether each block of the student first learns, by itself, to make the teacher's map behind it of the teacher's map in front of it
    /// (as in arXiv 1911.13053), for a seventh of the epochs, then a few blocks in a row, for a tenth, then each half of the network, up to
    /// 55 %, then the whole network the features. It needs a student of the teacher's layers, all of them trained, which takes the
    /// teacher's preprocessing. Default: null, which means where that is so.
    /// </summary>
    public bool? BlockByBlock { get; init; }

    /// <summary>
    /// Whether the student gets a classifier of the teacher's classes. It begins as the teacher's and learns with the whole network, block
    /// by block or not: by the divergence of the probabilities from the teacher's, both at a temperature of 2 (arXiv 1503.02531), and the
    /// share of the features' variance that is not explained. Of a student of another number of features it begins as the linear one that
    /// comes nearest to the teacher's logits, and the student learns the probabilities alone. Default: false, the weights end at the
    /// features.
    /// </summary>
    public bool LearnsClassifier { get; init; }

    /// <summary>
    /// How it is trained; what concerns classes, dropout and validation has no effect. The classifier's rate and epochs are those of the
    /// classifier that is learned, or of the linear map from the student's features to a teacher's of another number.
    /// <see cref="BlockByBlock"/>, blocks by themselves learn at ten times the learning rate, a few in a row at five times, halves at half
    /// of it, the whole network at three tenths, each stage with a warm-up and a cosine of its own; layers and classifier have one rate.
    /// With a training size, the whole network learns at its own size for the last tenth of the epochs, at half the rate. Default: learning
    /// rates of 1e-3, as there is no classifier to keep, 10 epochs, of which the rates rise over half of one,
    /// <see cref="BatchNormTraining.ScaleAndShift"/>, and <see cref="FineTuneOptions"/>' own defaults else.
    /// </summary>
    public FineTuneOptions FineTuning { get; init; } = new()
    {
        Epochs = 10, WarmUpEpochs = 0.5, LearningRate = 1e-3, HeadLearningRate = 1e-3, BatchNorm = BatchNormTraining.ScaleAndShift,
    };

    /// <summary>
    /// What happens with an image that cannot be used: <see cref="BadImageHandling.MissingFeatures"/> leaves it out of the training, from
    /// when it is found bad, and makes the featurizer give missing features. Default: <see cref="BadImageHandling.Throw"/>.
    /// </summary>
    public BadImageHandling OnBadImage { get; init; } = BadImageHandling.Throw;

    /// <summary>
    /// Called once for each image that <c>Fit</c> leaves out, on any of its threads, one at a time; and for each that gives missing
    /// features later. Default: null.
    /// </summary>
    public Action<BadImage>? BadImageFound { get; init; }

    /// <summary>
    /// Reported after each step and epoch, on the thread that called <c>Fit</c>. The loss is the mean squared difference of the features,
    /// or what <see cref="LearnsClassifier"/> makes small, and the accuracy the share of views whose greatest feature, or class, is the
    /// teacher's. <see cref="BlockByBlock"/>, the loss of what learns by itself is the share of the variance of the teacher's maps that is
    /// not explained, a mean over all of it, and there is no accuracy. Default: null.
    /// </summary>
    public IProgress<FineTuneProgress>? Progress { get; init; }

    /// <summary>Stops <c>Fit</c>, and every later reading of features. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal MobileNetV2FeaturizerOptions Featurizer(WeightsSource weights) => new()
    {
        OutputColumnName = OutputColumnName,
        InputColumnName = InputColumnName,
        Weights = weights,
        Store = Store,
        OnBadImage = OnBadImage,
        BadImageFound = BadImageFound,
        CancellationToken = CancellationToken,
    };

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(FineTuning);
        ArgumentNullException.ThrowIfNull(Student);
        ArgumentNullException.ThrowIfNull(Teacher);
        Featurizer(Student).Validate();
        FineTuning.Validate();
        if (FineTuneBlocks == FineTuneBlocks.HeadOnly)
        {
            throw new ArgumentException($"{nameof(FineTuneBlocks)} is {FineTuneBlocks}; at least one block must be trained.");
        }

        if (BlockByBlock == true && FineTuneBlocks != FineTuneBlocks.All)
        {
            throw new ArgumentException(
                $"{nameof(BlockByBlock)} is set and {nameof(FineTuneBlocks)} is {FineTuneBlocks}; block by block, all are trained.");
        }

        if (FineTuning.MixupAlpha > 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(FineTuneOptions.MixupAlpha)} is {FineTuning.MixupAlpha}; it must be 0: ")
                + "a blend of images does not give a blend of their features.");
        }

        if (FineTuning.Patience is not null)
        {
            throw new ArgumentException(
                $"{nameof(FineTuneOptions.Patience)} is given; it must be null: a distillation has no validation that could end it.");
        }
    }
}

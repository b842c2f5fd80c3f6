using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>How a detector is trained on one's own boxes. Immutable.</summary>
public sealed record DetectorTrainingOptions
{
    private const int MaxBatchSize = 1024;

    /// <summary>What is trained beside SSDLite's head: nothing, the last blocks of the network, or all of it.</summary>
    /// <value>The default is <see cref="FineTuneBlocks.All"/>.</value>
    public FineTuneBlocks Blocks { get; init; } = FineTuneBlocks.All;

    /// <summary>
    /// Steps of the training, at least 1. Average precision goes on rising for some thirty views of each of a few hundred photos.
    /// </summary>
    /// <value>The default is 1000.</value>
    public int Steps { get; init; } = 1000;

    /// <summary>Passes over the photos, at least 1, instead of <see cref="Steps"/>.</summary>
    /// <value>The default is null.</value>
    public int? Epochs { get; init; }

    /// <summary>Photos of one step, 1 to 1024.</summary>
    /// <value>The default is 8.</value>
    public int BatchSize { get; init; } = 8;

    /// <summary>Greatest learning rate of the head, above 0.</summary>
    /// <value>The default is 1e-3.</value>
    public double HeadLearningRate { get; init; } = 1e-3;

    /// <summary>
    /// Greatest learning rate of the network in front of the head, above 0. All blocks learn more slowly at 1e-3; the last few alone bear
    /// it.
    /// </summary>
    /// <value>The default is 5e-4.</value>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>AdamW's weight decay of kernels, at least 0.</summary>
    /// <value>The default is 0.01.</value>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>First epochs in which the head trains alone, at least 0, also fractions.</summary>
    /// <value>The default is 0.</value>
    public double HeadEpochs { get; init; }

    /// <summary>Decay of the moving average of the weights, from 0 to below 1, which makes the model; 0 for none.</summary>
    /// <value>The default is 0.99.</value>
    public double WeightAverageDecay { get; init; } = 0.99;

    /// <summary>What training makes small for the classes of boxes.</summary>
    /// <value>The default is <see cref="DetectionLoss.HardNegatives"/>.</value>
    public DetectionLoss Loss { get; init; } = DetectionLoss.HardNegatives;

    /// <summary>Whether the shapes of anchors are fitted to the boxes by k-means; else they are SSD's.</summary>
    /// <value>The default is false.</value>
    public bool FitsAnchors { get; init; }

    /// <summary>How photos and boxes are varied.</summary>
    /// <value>The default is a <see cref="DetectionAugmentation"/> with its defaults.</value>
    public DetectionAugmentation Augmentation { get; init; } = new();

    /// <summary>
    /// Different views of each photo, which come again after as many epochs, so that the layers that do not train run once for each; 0 for
    /// new views in every epoch.
    /// </summary>
    /// <value>The default is 0.</value>
    public int ViewsPerImage { get; init; }

    /// <summary>Share of the photos that is held out to measure average precision after each epoch, from 0 to below 1.</summary>
    /// <value>The default is 0. A data set to validate on may be given beside.</value>
    public double ValidationShare { get; init; }

    /// <summary>Whether the model is that of the epoch that validated best. Without photos to validate on it is the last.</summary>
    /// <value>The default is true.</value>
    public bool RestoreBest { get; init; } = true;

    /// <summary>Epochs without a better validation after which the training ends, at least 1; null for none.</summary>
    /// <value>The default is null.</value>
    public int? Patience { get; init; }

    /// <summary>
    /// Memory in MiB, at least 0, for decoded photos and, with <see cref="ViewsPerImage"/> or no augmentation, the maps in front of the
    /// trained layers; the rest is computed again in each epoch.
    /// </summary>
    /// <value>The default is 1024.</value>
    public int ImageMemoryMiB { get; init; } = 1024;

    /// <summary>Threads that prepare photos and train; 0 means as many as there are cores.</summary>
    /// <value>The default is 0.</value>
    public int ThreadCount { get; init; }

    /// <summary>Seed of every random choice.</summary>
    /// <value>The default is 0.</value>
    public int Seed { get; init; }

    /// <summary>Where and how often the training is saved, so that it can be resumed.</summary>
    /// <value>The default is null, nowhere.</value>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>The part of these options that every training has.</summary>
    internal FineTuneOptions Tuning => new()
    {
        Steps = Steps,
        Epochs = Epochs,
        BatchSize = BatchSize,
        HeadLearningRate = HeadLearningRate,
        LearningRate = LearningRate,
        WeightDecay = WeightDecay,
        HeadEpochs = HeadEpochs,
        WeightAverageDecay = WeightAverageDecay,
        ViewsPerImage = ViewsPerImage,
        RestoreBest = RestoreBest,
        Patience = Patience,
        ImageMemoryMiB = ImageMemoryMiB,
        ThreadCount = ThreadCount,
        Seed = Seed,
        Checkpoint = Checkpoint,
        Augmentation = Augmentation.IsNone ? ImageAugmentation.None : ImageAugmentation.Light,
        ClipGradient = MostGradient,
    };

    // SSD's loss is a sum over few anchors, now and then a large one.
    private const double MostGradient = 10;

    internal void Validate()
    {
        Require.Between(1, MaxBatchSize, BatchSize);
        Require.Defined(Loss);
        ArgumentNullException.ThrowIfNull(Augmentation);
        Augmentation.Validate();
        Require.That(ValidationShare is >= 0 and < 1, ValidationShare, "from 0 to below 1");
        Tuning.Validate();
    }
}

using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>How the network is fine-tuned: rates, schedule, augmentation, regularisation, stopping, checkpoints. Immutable.</summary>
public sealed partial record FineTuneOptions
{
    private const int MaxBatchSize = 1024;
    private const int MinTrainingSize = 32;
    private const double TrainingSizeShare = 5.0 / 7;
    private const double DefaultTrainedShare = 0.75;
    private const string ToBelow1 = "from 0 to below 1";
    private const long BytesPerMiB = 1024 * 1024;
    private const double FewBlocksDecay = 1 / 2.6;
    private const double ShortWarmUpEpochs = 0.5;
    private const double MostWarmUpEpochs = 3;
    private const double MostWarmUpShare = 0.3;

    /// <summary>
    /// Steps of the training, at least 1. What a network learns goes by its steps: a few hundred images are seen many times, and of many
    /// thousand perhaps not all. Epochs are then as long as each other, and there may be a few steps more. Default: 500.
    /// </summary>
    public int Steps { get; init; } = 500;

    /// <summary>Passes over the training images, at least 1, instead of <see cref="Steps"/>. Default: null.</summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// Side of the training's views in pixels, 32 to 4096; the model takes images of its own size as ever. A step takes time by the area:
    /// at 160 pixels half of that at 224. Objects in random crops look larger than in whole images, which a smaller size makes up for
    /// (arXiv 1906.06423). Default: null, which means five sevenths of the network's own in steps of 32 (160 of 224), but its own with
    /// <see cref="BatchNormTraining.BatchStatistics"/>, whose statistics are those of one size.
    /// </summary>
    public int? TrainingSize { get; init; }

    /// <summary>Images of one step, 1 to 1024. The last step of an epoch takes what is left. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>How a gradient changes the weights. Default: <see cref="OptimizerKind.AdamW"/>.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>
    /// Greatest learning rate of the layers before the classifier, above 0. Default: 3e-4. For <see cref="OptimizerKind.Sgd"/>, about
    /// 0.01 is usual.
    /// </summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>
    /// Greatest learning rate of the classifier, above 0. Default: 1e-3; one that begins <see cref="ClassifierStart.Solved"/> needs less,
    /// about 1e-4.
    /// </summary>
    public double HeadLearningRate { get; init; } = 1e-3;

    /// <summary>
    /// Factor of the learning rate from each layer to the one before it, where a block is a layer, above 0 and at most 1 (arXiv
    /// 1801.06146, discriminative fine-tuning). Default: null, which means that paper's 1 / 2.6 for a number of blocks behind a
    /// <see cref="ClassifierStart.Solved"/> classifier, else 1.
    /// </summary>
    public double? LayerDecay { get; init; }

    /// <summary>
    /// Weight decay of kernels, at least 0; biases and batch norm have none. AdamW takes it from the weights,
    /// <see cref="OptimizerKind.Sgd"/> adds it to the gradient, as in PyTorch, and needs less: about 1e-4. Default: 0.01.
    /// </summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>, from 0 to below 1. Default: 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>AdamW's decay of the first moment, from 0 to below 1. Default: 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>AdamW's decay of the second moment, from 0 to below 1. Default: 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>AdamW's addition to the denominator, above 0. Default: 1e-8.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>
    /// Epochs over which the rates rise from near 0, at least 0, also fractions. Default: null, which means 0.5, but 3, at most three
    /// tenths of <see cref="Epochs"/>, behind a <see cref="ClassifierStart.Solved"/> classifier: AdamW's first steps are as long as the
    /// rate allows, however small the gradient is (arXiv 1908.03265).
    /// </summary>
    public double? WarmUpEpochs { get; init; }

    /// <summary>The factor of the rates to which their cosine falls at the end, from 0 to 1. Default: 0.01.</summary>
    public double LastLearningRateFactor { get; init; } = 0.01;

    /// <summary>The classifier at the start. Default: <see cref="ClassifierStart.Auto"/>.</summary>
    public ClassifierStart ClassifierStart { get; init; } = ClassifierStart.Auto;

    /// <summary>
    /// Share of the trained weights in the network, above 0 and at most 1; the rest are those at the start (arXiv 2109.01903, weight-space
    /// ensembles, which keep what the start knew). Below 1 the classifier must be solved anew (<see cref="RefitL2Regularization"/>).
    /// Default: null, which means 0.75, but 1 with <see cref="BatchNormTraining.BatchStatistics"/>, for training from scratch, and without
    /// a new classifier.
    /// </summary>
    public double? TrainedShare { get; init; }

    /// <summary>
    /// L2 regularisation, at least 0, with which the classifier is solved anew at the end, as for <see cref="ClassifierStart.Solved"/>, on
    /// the features that the trained network gives of the images as predictions see them; null leaves the classifier as it was trained.
    /// Smoothed labels, blends and random crops make a trained classifier unsure, which a solved one is not. As the features know their
    /// images, it needs more regularisation than a head alone. Default: 10.
    /// </summary>
    public float? RefitL2Regularization { get; init; } = 10;

    /// <summary>
    /// First epochs in which the classifier trains alone, at least 0, also fractions. They take little more than inference, as no gradient
    /// goes back through the network. Default: 0.
    /// </summary>
    public double HeadEpochs { get; init; }

    /// <summary>
    /// Epochs after <see cref="HeadEpochs"/> over which layers begin to train, one after another from the last (arXiv 1801.06146, gradual
    /// unfreezing), at least 0. Default: 0, all at once.
    /// </summary>
    public double UnfreezingEpochs { get; init; }

    /// <summary>What training does with batch norm. Default: <see cref="BatchNormTraining.Frozen"/>.</summary>
    public BatchNormTraining BatchNorm { get; init; } = BatchNormTraining.Frozen;

    /// <summary>
    /// Fraction of the features dropped before the classifier in training, from 0 to below 1. Default: null, the network's own (the
    /// paper's: 0.2).
    /// </summary>
    public double? Dropout { get; init; }

    /// <summary>How images are varied. Default: <see cref="ImageAugmentation.Medium"/>.</summary>
    public ImageAugmentation Augmentation { get; init; } = ImageAugmentation.Medium;

    /// <summary>
    /// Whether <see cref="ImageAugmentation.HorizontalFlipProbability"/> is taken for 0 where mirror images turn out to be of other
    /// classes, as those of arrows and letters: a head on the features of up to 1,000 images at the start, cross-fitted, then classifies
    /// held-out mirror images worse than the images by more than chance may. Not with <see cref="BatchNormTraining.BatchStatistics"/>,
    /// for training from scratch, whose features say nothing yet. Default: true.
    /// </summary>
    public bool ChecksFlips { get; init; } = true;

    /// <summary>
    /// Different views of each image, which come again after as many epochs, so that the layers that do not train run once for each; 0 for
    /// new views in every epoch. Default: 0.
    /// </summary>
    public int ViewsPerImage { get; init; }

    /// <summary>Share of the target that all classes get, from 0 to below 1 (arXiv 1512.00567, section 7). Default: 0.1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Alpha of mixup (arXiv 1710.09412), 0.001 to 1000; 0 for none. Default: 0.</summary>
    public double MixupAlpha { get; init; }

    /// <summary>Whether images of rare classes weigh more, so that each class weighs the same. Default: false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// Decay of the moving average of the weights, from 0 to below 1, which makes the model; 0 for none. It evens out the effect of the
    /// order of a few images. Default: 0.99.
    /// </summary>
    public double WeightAverageDecay { get; init; } = 0.99;

    /// <summary>Greatest length of a step's gradient, at least 0; 0 for no limit. Default: 5.</summary>
    public double ClipGradient { get; init; } = 5;

    /// <summary>
    /// Epochs without a better validation after which the training ends, at least 1; null for none. Needs images to validate on.
    /// Default: null.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Whether the model is that of the epoch that validated best, the start included, and not that of the last. Without images to validate
    /// on it is the last. Default: true.
    /// </summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>
    /// Memory in MiB, at least 0, for what grows with the number of images: decoded images and, if <see cref="ViewsPerImage"/> or no
    /// augmentation repeats them, the maps in front of the trained layers; the rest is computed again in each epoch. Images that are no
    /// files are kept encoded, which counts first, and is kept even where it is more. Default: 1024, for some 1,300 images of 224 pixels.
    /// </summary>
    /// <remarks>
    /// Not counted: the features of each image, 5 KB, while the classifier is solved, and what does not grow with the number of images:
    /// two batches, up to 128 MiB of inputs to validate on, the networks and their gradients.
    /// </remarks>
    public int ImageMemoryMiB { get; init; } = 1024;

    /// <summary>Threads that prepare images and train; 0 means as many as there are cores. Default: 0.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Seed of every random choice. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Where and how often the training is saved. Default: null, nowhere.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    internal int Workers => ThreadCount == 0 ? Environment.ProcessorCount : ThreadCount;

    internal long ImageMemoryBytes => ImageMemoryMiB * BytesPerMiB;

    /// <summary>Epochs of the rise of the rates in a training of a number of epochs.</summary>
    internal double WarmUpFor(int epochs) => WarmUpEpochs ?? (
        ClassifierStart == ClassifierStart.Solved ? Math.Min(MostWarmUpEpochs, MostWarmUpShare * epochs) : ShortWarmUpEpochs);

    /// <summary>The side of the training's views for a network of a size.</summary>
    internal int TrainingSizeFor(int own) => TrainingSize ?? (BatchNorm == BatchNormTraining.BatchStatistics
        ? own
        : Math.Min(own, Math.Max(MinTrainingSize, (int)Math.Round(own * TrainingSizeShare / MinTrainingSize) * MinTrainingSize)));

    /// <summary>
    /// These options with what goes with what is trained: the classifier's start, the decay, the share of the trained weights.
    /// </summary>
    internal FineTuneOptions For(FineTuneBlocks blocks)
    {
        ClassifierStart start = ClassifierStart != ClassifierStart.Auto ? ClassifierStart
            : blocks == FineTuneBlocks.HeadOnly ? ClassifierStart.Solved : ClassifierStart.Random;
        return this with
        {
            ClassifierStart = start,
            LayerDecay = LayerDecay ?? (blocks != FineTuneBlocks.All && start == ClassifierStart.Solved ? FewBlocksDecay : 1),
            TrainedShare = TrainedShare
                ?? (BatchNorm == BatchNormTraining.BatchStatistics || RefitL2Regularization is null ? 1 : DefaultTrainedShare),
        };
    }

    internal void Validate()
    {
        Require.AtLeast(1, Steps);
        Require.That(Epochs is null or >= 1, Epochs, "at least 1, or null");
        Require.That(TrainingSize is null or (>= MinTrainingSize and <= ImagePreprocessing.MaxSize), TrainingSize, "32 to 4096, or null");
        Require.Between(1, MaxBatchSize, BatchSize);
        Require.Defined(Optimizer);
        Require.Positive(LearningRate);
        Require.Positive(HeadLearningRate);
        Require.That(LayerDecay is null or (> 0 and <= 1), LayerDecay, "above 0 and at most 1, or null");
        Require.NotNegative(WeightDecay);
        Require.That(Momentum is >= 0 and < 1, Momentum, ToBelow1);
        Require.That(Beta1 is >= 0 and < 1, Beta1, ToBelow1);
        Require.That(Beta2 is >= 0 and < 1, Beta2, ToBelow1);
        Require.Positive(Epsilon);
        Require.That(
            WarmUpEpochs is null || (double.IsFinite(WarmUpEpochs.Value) && WarmUpEpochs >= 0),
            WarmUpEpochs,
            "a finite number of at least 0, or null");
        Require.That(LastLearningRateFactor is >= 0 and <= 1, LastLearningRateFactor, "from 0 to 1");
        Require.Defined(ClassifierStart);
        Require.That(TrainedShare is null or (> 0 and <= 1), TrainedShare, "above 0 and at most 1, or null");
        Require.That(
            RefitL2Regularization is null || (float.IsFinite(RefitL2Regularization.Value) && RefitL2Regularization >= 0),
            RefitL2Regularization,
            "a finite number of at least 0, or null");
        Require.NotNegative(HeadEpochs);
        Require.NotNegative(UnfreezingEpochs);
        Require.Defined(BatchNorm);
        Require.That(Dropout is null or (>= 0 and < 1), Dropout, $"{ToBelow1}, or null");
        ArgumentNullException.ThrowIfNull(Augmentation);
        Augmentation.Validate();
        Require.AtLeast(0, ViewsPerImage);
        Require.That(LabelSmoothing is >= 0 and < 1, LabelSmoothing, ToBelow1);
        Require.That(BetaDistribution.IsAlpha(MixupAlpha), MixupAlpha, BetaDistribution.AllowedAlpha);
        Require.That(WeightAverageDecay is >= 0 and < 1, WeightAverageDecay, ToBelow1);
        Require.NotNegative(ClipGradient);
        Require.That(Patience is null or >= 1, Patience, "at least 1, or null");
        Require.AtLeast(0, ImageMemoryMiB);
        Require.ThreadCount(ThreadCount);
        Checkpoint?.Validate();
        if (TrainedShare < 1 && RefitL2Regularization is null)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(TrainedShare)} is {TrainedShare}; below 1 it needs {nameof(RefitL2Regularization)}, as the mixed network has no ")
                + "classifier of its own.");
        }
    }
}

using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>What is trained, and how gradients are computed.</summary>
internal sealed record GradientOptions
{
    /// <summary>What is trained. Default: the classifier alone.</summary>
    public FineTuneBlocks Blocks { get; init; } = FineTuneBlocks.HeadOnly;

    /// <summary>
    /// Units that are trained instead of <see cref="Blocks"/>, by the squared error of the map at their end, classifier or not. Default:
    /// null.
    /// </summary>
    public UnitRange? Units { get; init; }

    /// <summary>What happens to batch norm. Default: it is frozen.</summary>
    public BatchNormTraining BatchNorm { get; init; } = BatchNormTraining.Frozen;

    /// <summary>The loss. Default: cross-entropy.</summary>
    public GradientLoss Loss { get; init; } = GradientLoss.CrossEntropy;

    /// <summary>
    /// Weight of the mean squared error of the features in <see cref="GradientLoss.Distillation"/>, from 0 up; 0 means that they are no
    /// targets. Default: 0.
    /// </summary>
    public double FeatureWeight { get; init; }

    /// <summary>
    /// Samples of one run of the graph, from 0 up; 0 chooses by the size of the maps. A batch of any size is made of such runs. Without
    /// meaning where batch norm takes the statistics of the batch, which then is one run. Default: 0.
    /// </summary>
    public int MicroBatch { get; init; }

    /// <summary>Threads, from 0 up; 0 means as many as there are cores. Gradients do not depend on it. Default: 0.</summary>
    public int ThreadCount { get; init; }

    /// <summary>
    /// <see cref="MicroBatch"/>, or a number by the size of the first trained layer's maps: several large maps do not fit the cache, few
    /// small ones make products of narrow matrices.
    /// </summary>
    internal int MicroBatchFor(TrainedPart part) => MicroBatch > 0
        ? MicroBatch
        : (part.Blocks.Count == 0 ? 1 : part.Blocks[0].Layers[0].OutputSide) switch
        {
            > 56 => 2,
            > 7 => 4,
            > 1 => 8,
            _ => 32,
        };

    /// <summary>Number of the targets of one sample: outputs, and behind them the features where they are targets too.</summary>
    internal int TargetCountFor(TrainedPart part) => part.OutputCount + (FeatureWeight > 0 ? part.FeatureCount : 0);

    internal void Validate()
    {
        Require.Defined(BatchNorm);
        Require.Defined(Loss);
        Require.AtLeast(0, MicroBatch);
        Require.ThreadCount(ThreadCount);
        Require.NotNegative(FeatureWeight);
        if (FeatureWeight > 0 && Loss != GradientLoss.Distillation)
        {
            throw new ArgumentException(
                $"{nameof(FeatureWeight)} is given; {nameof(Loss)} must be {GradientLoss.Distillation}, not {Loss}.");
        }

        if (Units is not null && Loss != GradientLoss.SquaredError)
        {
            throw new ArgumentException($"{nameof(Units)} are given; {nameof(Loss)} must be {GradientLoss.SquaredError}, not {Loss}.");
        }
    }
}

/// <summary>What training makes small.</summary>
internal enum GradientLoss
{
    /// <summary>The cross-entropy of the softmax of the logits with soft targets.</summary>
    CrossEntropy,

    /// <summary>
    /// The mean squared difference of the outputs from the targets. The outputs are the features, or a linear map of them where the
    /// weights have a classifier, which then serves to meet a teacher of another number of features.
    /// </summary>
    SquaredError,

    /// <summary>
    /// The divergence (Kullback-Leibler) of the softmax of the logits from a teacher's probabilities, both at
    /// <see cref="LossGradients.Temperature"/> and times its square (arXiv 1503.02531), and beside it the mean squared difference of the
    /// features from the teacher's, by <see cref="GradientOptions.FeatureWeight"/>. Targets are the probabilities, then the features.
    /// </summary>
    Distillation,
}

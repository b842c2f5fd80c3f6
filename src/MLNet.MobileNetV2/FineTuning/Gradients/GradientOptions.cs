using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>What is trained, and how gradients are computed.</summary>
internal sealed record GradientOptions
{
    /// <summary>What is trained. Default: the classifier alone.</summary>
    public FineTuneBlocks Blocks { get; init; } = FineTuneBlocks.HeadOnly;

    /// <summary>What happens to batch norm. Default: it is frozen.</summary>
    public BatchNormTraining BatchNorm { get; init; } = BatchNormTraining.Frozen;

    /// <summary>The loss. Default: cross-entropy.</summary>
    public GradientLoss Loss { get; init; } = GradientLoss.CrossEntropy;

    /// <summary>
    /// Samples of one run of the graph, from 0 up; 0 chooses by the size of the maps. A batch of any size is made of such runs. Without
    /// meaning where batch norm takes the statistics of the batch, which then is one run. Default: 0.
    /// </summary>
    public int MicroBatch { get; init; }

    /// <summary>Threads, from 0 up; 0 means as many as there are cores. Gradients do not depend on it. Default: 0.</summary>
    public int ThreadCount { get; init; }

    internal void Validate()
    {
        Require.Defined(BatchNorm);
        Require.Defined(Loss);
        Require.AtLeast(0, MicroBatch);
        Require.ThreadCount(ThreadCount);
    }
}

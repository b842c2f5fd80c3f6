using System.Globalization;

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
    public int WorkerCount { get; init; }

    /// <summary>Throws where a value is not allowed.</summary>
    internal void Validate()
    {
        Check(Enum.IsDefined(BatchNorm), nameof(BatchNorm), BatchNorm, $"{string.Join(", ", Enum.GetNames<BatchNormTraining>())} are allowed");
        Check(Enum.IsDefined(Loss), nameof(Loss), Loss, $"{string.Join(", ", Enum.GetNames<GradientLoss>())} are allowed");
        Check(MicroBatch >= 0, nameof(MicroBatch), MicroBatch, "0 or more is allowed");
        Check(WorkerCount >= 0, nameof(WorkerCount), WorkerCount, "0 or more is allowed");
    }

    private static void Check(bool isAllowed, string name, object value, string allowed)
    {
        if (!isAllowed)
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; {allowed}."));
        }
    }
}

using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Checkpoints;

/// <summary>States of trainings with numbers of their own everywhere.</summary>
internal static class CheckpointStates
{
    public const string FileName = "checkpoint.safetensors";
    private const int Length = 11;

    public static CheckpointIdentity Identity { get; } = new("0a", "1b", "2c");

    /// <summary>The state before the first step.</summary>
    public static ResumableState Fresh(
        OptimizerKind kind = OptimizerKind.AdamW, bool hasAverage = true, int statistics = 6, int length = Length) => new(
        new float[length],
        Optimizer.Create(
            new FineTuneOptions { Optimizer = kind },
            [Tensor(0, 4), Tensor(4, 4), Tensor(8, length - 8)]),
        hasAverage ? new WeightAverage(new float[length], 0.9) : null,
        new float[statistics]);

    private static TrainedTensor Tensor(int offset, int length) => new($"at {offset}", [length], offset, length, HasWeightDecay: true, 1);

    /// <summary>A state in the middle of an epoch.</summary>
    public static ResumableState Advanced(
        OptimizerKind kind = OptimizerKind.AdamW, bool hasAverage = true, int statistics = 6, bool isValidated = true)
    {
        ResumableState state = Fresh(kind, hasAverage, statistics);
        var random = new Random(1);
        Fill(state.Parameters);
        Fill(state.Statistics);
        Fill(state.Average?.Values ?? []);
        Fill(state.StatisticsAverage?.Values ?? []);
        if (isValidated)
        {
            state.Add(new(0.75, 0.5));
            state.Add(new(1.0 / 3, null));
        }

        Fill(state.Parameters);
        Fill(state.Statistics);
        foreach (float[] values in state.Optimizer.State.Values)
        {
            Fill(values);
        }

        state.Counters = new() { Epoch = 3, Step = 7, Views = 1L << 40, Loss = 1.0 / 3, Weight = 2.0 / 3, Correct = 5 };
        return state;

        void Fill(float[] values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle();
            }
        }
    }
}

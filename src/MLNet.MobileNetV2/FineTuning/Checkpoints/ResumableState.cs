using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.FineTuning.Checkpoints;

/// <summary>
/// Everything that a training resumes from. Random choices are no part of it: they follow from the seed, the epoch and the image. Not
/// thread-safe.
/// </summary>
/// <param name="parameters">The trained tensors, in the layout of the gradients.</param>
/// <param name="optimizer">What changes them.</param>
/// <param name="average">Their moving average, or null.</param>
/// <param name="statistics">Batch norm's running statistics; empty if they are constant.</param>
internal sealed class ResumableState(float[] parameters, Optimizer optimizer, WeightAverage? average, float[] statistics)
{
    /// <summary>The state before the first step.</summary>
    public static ResumableState Begin(IGradientEngine engine, FineTuneOptions options)
    {
        var parameters = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(parameters);
        return new(
            parameters,
            Optimizer.Create(options, engine.Tensors),
            options.WeightAverageDecay > 0 ? new WeightAverage([.. parameters], options.WeightAverageDecay) : null,
            engine.Statistics.ToArray());
    }

    public float[] Parameters { get; } = parameters;

    public Optimizer Optimizer { get; } = optimizer;

    public WeightAverage? Average { get; } = average;

    /// <summary>The average of <see cref="Statistics"/> that goes with <see cref="Average"/>; null without that.</summary>
    public WeightAverage? StatisticsAverage { get; } = average is null ? null : new WeightAverage([.. statistics], average.Decay);

    public float[] Statistics { get; } = statistics;

    /// <summary>The parameters that make the model: the average where there is one.</summary>
    public float[] ModelParameters => Average?.Values ?? Parameters;

    /// <summary>Batch norm's running statistics that go with <see cref="ModelParameters"/>.</summary>
    public float[] ModelStatistics => StatisticsAverage?.Values ?? Statistics;

    public EpochCounters Counters { get; set; } = new();

    /// <summary>The validations, the first of the start, then one an epoch.</summary>
    public List<ValidationResult> Validations { get; init; } = [];

    /// <summary>The parameters that validated best so far, or null.</summary>
    public float[]? BestParameters { get; set; }

    /// <summary>Batch norm's running statistics that go with <see cref="BestParameters"/>, or null.</summary>
    public float[]? BestStatistics { get; set; }

    /// <summary>The number of the best of <see cref="Validations"/>, the earliest of equal ones; -1 without any.</summary>
    public int BestEpoch
    {
        get
        {
            int best = Validations.Count - 1;
            for (int i = best - 1; i >= 0; i--)
            {
                if (!Validations[best].IsBetterThan(Validations[i]))
                {
                    best = i;
                }
            }

            return best;
        }
    }

    /// <summary>Takes the parameters and statistics after a step into their averages.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    public void AddToAverages(long step)
    {
        Average?.Add(Parameters, step);
        StatisticsAverage?.Add(Statistics, step);
    }

    /// <summary>Makes sure of the model at the end of an epoch: what its last step spoils, no other step's loss tells.</summary>
    /// <exception cref="TrainingDivergedException">A weight is no longer finite.</exception>
    public void CheckFinite()
    {
        if (!IsFinite(ModelParameters) || !IsFinite(ModelStatistics))
        {
            throw new TrainingDivergedException("a weight", Counters.Step, Counters.Epoch + 1);
        }
    }

    /// <summary>Takes a validation in, and the model as the best where it is.</summary>
    public void Add(ValidationResult validation)
    {
        Validations.Add(validation);
        if (BestEpoch == Validations.Count - 1)
        {
            BestParameters = [.. ModelParameters];
            BestStatistics = [.. ModelStatistics];
        }
    }

    private static bool IsFinite(float[] values) => values.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude<float>(values));
}

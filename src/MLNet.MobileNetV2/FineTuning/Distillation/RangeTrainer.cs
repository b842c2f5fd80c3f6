using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// Trains a range of a student's units to make the teacher's map behind it of the teacher's map in front of it, or the whole student to
/// make the teacher's features, and logits where it has a classifier, of pixels. Several may be at work on one state, as each has its own
/// part of it. Not thread-safe itself; disposes its engine.
/// </summary>
internal sealed class RangeTrainer : IDisposable
{
    private readonly GradientEngine _engine;
    private readonly FineTuneOptions _options;
    private readonly UnitRange? _range;
    private readonly string _output;
    private readonly int _channels;
    private readonly bool _meetsLogits;
    private readonly int _firstTensor;
    private readonly int _offset;
    private readonly int _statisticsOffset;
    private readonly float[] _parameters;
    private readonly float[] _gradient;

    /// <summary>Lays out the range.</summary>
    /// <param name="student">The student.</param>
    /// <param name="range">The units; null for all, and the classifier where the student has one.</param>
    /// <param name="all">The layout of the state.</param>
    /// <param name="options">How parameters change.</param>
    /// <param name="teacher">Gives the maps.</param>
    /// <param name="threads">Threads of a step.</param>
    /// <param name="featureWeight">Weight of the features' error beside the logits' divergence.</param>
    public RangeTrainer(
        MobileNetV2Weights student,
        UnitRange? range,
        TrainedTensors all,
        FineTuneOptions options,
        TeacherSession teacher,
        int threads,
        double featureWeight = 0)
    {
        _range = range;
        _options = options;
        _meetsLogits = range is null && student.ClassCount is not null;
        _output = range is { } units ? ModelTensors.MapOf(units.Last) : ModelTensors.Features;
        _channels = teacher.ChannelsOf(_output);
        _engine = new GradientEngine(student, new GradientOptions
        {
            Blocks = FineTuneBlocks.All,
            Units = range,
            Loss = _meetsLogits ? GradientLoss.Distillation : GradientLoss.SquaredError,
            FeatureWeight = _meetsLogits ? featureWeight : 0,
            BatchNorm = options.BatchNorm,
            ThreadCount = threads,
        });
        TrainedTensor first = all[_engine.Tensors[0].Name];
        _firstTensor = Enumerable.Range(0, all.Count).First(i => all[i] == first);
        _offset = first.Offset;

        // Scale and shift have as many values as mean and variance.
        _statisticsOffset = all.Take(_firstTensor).Where(tensor => !tensor.HasWeightDecay).Sum(tensor => tensor.Length);
        _parameters = new float[_engine.Tensors.TotalLength];
        _gradient = new float[_parameters.Length];
        _engine.ReadInitial(_parameters);
    }

    /// <summary>Greatest number of views of a step. Default: no limit.</summary>
    public int MostViews { get; init; } = int.MaxValue;

    /// <summary>
    /// The share of the teacher's variance that the range does not explain or, where logits are met, their divergence and that share of the
    /// features; the gradient of it stays.
    /// </summary>
    public double Measure(ReadOnlySpan<float> parameters, DistillationBatch batch, CancellationToken cancellationToken)
    {
        int count = Math.Min(batch.Count, MostViews);
        ReadOnlyMemory<float> outputs = batch.Output(_output, count);
        double normalizer = _meetsLogits ? count : count * MapVariance.Of(outputs.Span, count, _channels);
        var samples = new GradientBatch
        {
            Count = count,
            Inputs = _range is { First: > 0 } range ? batch.Output(ModelTensors.MapOf(range.First - 1), count) : batch.FirstPixels(count),
            Targets = _meetsLogits ? Both(batch, count) : outputs,
            Normalizer = normalizer,
        };
        parameters.Slice(_offset, _parameters.Length).CopyTo(_parameters);
        return _engine.Run(_parameters, samples, _gradient, cancellationToken).LossSum / normalizer;
    }

    /// <summary>Changes the parameters by one step.</summary>
    /// <returns>What <see cref="Measure"/> gave before the step; if it is not finite, the state is unchanged.</returns>
    public double Step(ResumableState state, DistillationBatch batch, float rate, CancellationToken cancellationToken)
    {
        Span<float> statistics = state.Statistics.AsSpan(_statisticsOffset, _engine.Statistics.Length);
        statistics.CopyTo(_engine.Statistics);
        double loss = Measure(state.Parameters, batch, cancellationToken);
        double length = GradientClipping.Clip(_gradient, _options.ClipGradient);
        if (!double.IsFinite(loss) || !double.IsFinite(length))
        {
            return double.NaN;
        }

        Span<float> parameters = state.Parameters.AsSpan(_offset);
        for (int i = 0; i < _engine.Tensors.Count; i++)
        {
            TrainedTensor tensor = _engine.Tensors[i];
            state.Optimizer.Step(
                _firstTensor + i,
                _offset + tensor.Offset,
                tensor.In(parameters),
                tensor.In(_gradient.AsSpan()),
                rate,
                tensor.HasWeightDecay ? _options.WeightDecay : 0);
        }

        _engine.Statistics.CopyTo(statistics);
        return loss;
    }

    public void Dispose() => _engine.Dispose();

    private float[] Both(DistillationBatch batch, int count)
    {
        float[] targets = new float[count * _engine.TargetCount];
        for (int view = 0; view < count; view++)
        {
            TeacherTargets.Write(
                batch.OutputOf(ModelTensors.Logits, view).Span,
                batch.OutputOf(ModelTensors.Features, view).Span,
                targets.AsSpan(view * _engine.TargetCount, _engine.TargetCount));
        }

        return targets;
    }
}

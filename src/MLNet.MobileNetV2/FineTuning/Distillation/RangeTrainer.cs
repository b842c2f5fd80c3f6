using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// Trains a range of a student's units to make the teacher's map behind it of the teacher's map in front of it, or the whole student to
/// make the teacher's outputs of pixels. Several may be at work on one state, as each has its own part of it. Not thread-safe itself;
/// disposes its engine.
/// </summary>
internal sealed class RangeTrainer : IDisposable
{
    private readonly GradientEngine _engine;
    private readonly FineTuneOptions _options;
    private readonly UnitRange? _range;
    private readonly string _output;
    private readonly int _channels;
    private readonly int _firstTensor;
    private readonly int _offset;
    private readonly int _statisticsOffset;
    private readonly TrainedTensor[] _trained;
    private readonly float[] _parameters;
    private readonly float[] _gradient;

    /// <summary>Lays out the range.</summary>
    /// <param name="student">The student; its classifier, which does not train, is what both networks' features are compared by.</param>
    /// <param name="range">The units; null for all, up to the features or the classifier's outputs.</param>
    /// <param name="all">The layout of the state: every tensor before the classifier.</param>
    /// <param name="options">How parameters change.</param>
    /// <param name="teacher">Gives the maps.</param>
    /// <param name="threads">Threads of a step.</param>
    public RangeTrainer(
        MobileNetV2Weights student,
        UnitRange? range,
        TrainedTensors all,
        FineTuneOptions options,
        TeacherSession teacher,
        int threads)
    {
        _range = range;
        _options = options;
        _output = range is { } units ? ModelTensors.MapOf(units.Last)
            : student.ClassCount is null ? ModelTensors.Features : ModelTensors.Logits;
        _channels = teacher.ChannelsOf(_output);
        _engine = new GradientEngine(student, new GradientOptions
        {
            Blocks = FineTuneBlocks.All,
            Units = range,
            Loss = GradientLoss.SquaredError,
            BatchNorm = options.BatchNorm,
            ThreadCount = threads,
        });
        TrainedTensor first = all[_engine.Tensors[0].Name];
        _firstTensor = Enumerable.Range(0, all.Count).First(i => all[i] == first);
        _offset = first.Offset;

        // Scale and shift have as many values as mean and variance.
        _statisticsOffset = all.Take(_firstTensor).Where(tensor => !tensor.HasWeightDecay).Sum(tensor => tensor.Length);
        _trained = [.. _engine.Tensors.Where(tensor => tensor.Depth > 0)];
        _parameters = new float[_engine.Tensors.TotalLength];
        _gradient = new float[_parameters.Length];
        _engine.ReadInitial(_parameters);
    }

    /// <summary>Greatest number of views of a step. Default: no limit.</summary>
    public int MostViews { get; init; } = int.MaxValue;

    /// <summary>The share of the teacher's variance that the range does not explain; the gradient of it stays.</summary>
    public double Measure(ReadOnlySpan<float> parameters, DistillationBatch batch, CancellationToken cancellationToken)
    {
        int count = Math.Min(batch.Count, MostViews);
        ReadOnlyMemory<float> targets = batch.Output(_output, count);
        double normalizer = count * MapVariance.Of(targets.Span, count, _channels);
        var samples = new GradientBatch
        {
            Count = count,
            Inputs = _range is { First: > 0 } range ? batch.Output(ModelTensors.MapOf(range.First - 1), count) : batch.FirstPixels(count),
            Targets = targets,
            Normalizer = normalizer,
        };
        int length = _trained[^1].Offset + _trained[^1].Length;
        parameters.Slice(_offset, length).CopyTo(_parameters);
        return _engine.Run(_parameters, samples, _gradient, cancellationToken).LossSum / normalizer;
    }

    /// <summary>Changes the parameters by one step.</summary>
    /// <returns>The share of the teacher's variance that was not explained; if it is not finite, the state is unchanged.</returns>
    public double Step(ResumableState state, DistillationBatch batch, float rate, CancellationToken cancellationToken)
    {
        Span<float> statistics = state.Statistics.AsSpan(_statisticsOffset, _engine.Statistics.Length);
        statistics.CopyTo(_engine.Statistics);
        double loss = Measure(state.Parameters, batch, cancellationToken);
        _gradient.AsSpan(_trained[^1].Offset + _trained[^1].Length).Clear();
        double length = GradientClipping.Clip(_gradient, _options.ClipGradient);
        if (!double.IsFinite(loss) || !double.IsFinite(length))
        {
            return double.NaN;
        }

        Span<float> parameters = state.Parameters.AsSpan(_offset);
        for (int i = 0; i < _trained.Length; i++)
        {
            TrainedTensor tensor = _trained[i];
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
}

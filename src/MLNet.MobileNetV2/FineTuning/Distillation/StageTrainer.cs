using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>Trains every range of a stage on the same views. Not thread-safe; disposes its engines.</summary>
internal sealed class StageTrainer : IDisposable
{
    // With fewer ranges for each thread, one would often wait for another at the end of a step.
    private const int RangesForEachThread = 4;

    private readonly List<RangeTrainer> _ranges = [];
    private readonly int _workers;
    private readonly int _loops;

    public StageTrainer(
        DistillationStage stage,
        MobileNetV2Weights student,
        TrainedTensors all,
        FineTuneOptions options,
        TeacherSession teacher,
        double featureWeight)
    {
        bool runsSideBySide = stage.Ranges.Count >= RangesForEachThread * options.Workers;
        _workers = options.Workers;
        _loops = runsSideBySide ? options.Workers : 1;
        IEnumerable<UnitRange?> ranges = stage.Ranges.Count == 0 ? [null] : stage.Ranges.Select(range => (UnitRange?)range);
        foreach (UnitRange? range in ranges)
        {
            int pixels = range is { First: > 0 } units
                ? teacher.Lengths[ModelTensors.MapOf(units.First - 1)] / teacher.ChannelsOf(ModelTensors.MapOf(units.First - 1))
                : teacher.PixelCount / 3;
            _ranges.Add(new(student, range, all, options, teacher, runsSideBySide ? 1 : options.Workers, featureWeight)
            {
                MostViews = stage.ThinsLargeMaps
                    ? Math.Max(1, options.BatchSize / Thinning((int)Math.Sqrt(pixels), student.Preprocessing.Size))
                    : int.MaxValue,
            });
        }
    }

    /// <summary>Changes the parameters by one step of each range.</summary>
    /// <returns>The mean of <see cref="RangeTrainer.Step"/>; not a finite number if training diverged.</returns>
    public double Step(ResumableState state, DistillationBatch batch, float rate, CancellationToken cancellationToken)
    {
        double[] losses = new double[_ranges.Count];
        int next = -1;
        new ParallelLoop(_workers, cancellationToken).For(_loops, _ =>
        {
            for (int i = Interlocked.Increment(ref next); i < losses.Length; i = Interlocked.Increment(ref next))
            {
                losses[i] = _ranges[i].Step(state, batch, rate, cancellationToken);
            }
        });
        return losses.Average();
    }

    public void Dispose() => _ranges.ForEach(range => range.Dispose());

    // Sides in front of a range: those of the image, a half, a quarter; an eighth; less.
    private static int Thinning(int side, int size) => (size / side) switch
    {
        < 8 => 4,
        < 16 => 2,
        _ => 1,
    };
}

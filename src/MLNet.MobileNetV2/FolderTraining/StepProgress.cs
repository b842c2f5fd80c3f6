using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>Reports steps as a part of the whole. Thread-safe: reports pass one at a time, and never go back.</summary>
/// <param name="progress">Reported to; null for none.</param>
/// <param name="steps">Steps in all.</param>
/// <param name="isEven">Whether steps take about the same time, so that the time left follows from them.</param>
internal sealed class StepProgress(IProgress<ImageFolderTrainingProgress>? progress, long steps, bool isEven) : IProgress<long>
{
    private readonly Lock _lock = new();
    private long _done;
    private WorkPace? _pace;

    public void Report(long value)
    {
        lock (_lock)
        {
            _done = Math.Max(_done, value);

            // From the first report on: what comes before it, such as loading a network, is not one of the steps.
            TimeSpan? left = isEven ? _pace?.Remaining(_done) : null;
            _pace ??= new WorkPace(_done, steps);
            progress?.Report(new((double)_done / Math.Max(steps, 1), null, left));
        }
    }
}

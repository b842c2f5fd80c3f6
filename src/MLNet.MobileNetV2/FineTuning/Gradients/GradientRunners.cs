namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>The runners of an engine that were needed last. Not thread-safe; owns them.</summary>
internal sealed class GradientRunners : IDisposable
{
    // Batches come in one size and a smaller rest; layers that begin to train one after another need a graph each.
    private const int Kept = 2;

    private readonly List<GradientRunner> _runners = [];

    /// <summary>The runner of a number of samples and a depth, which is made where it is not there.</summary>
    public GradientRunner Get(int samples, int depth, Func<GradientRunner> make)
    {
        if (_runners.Find(runner => runner.Samples == samples && runner.Depth == depth) is { } known)
        {
            return known;
        }

        if (_runners.Count == Kept)
        {
            _runners[0].Dispose();
            _runners.RemoveAt(0);
        }

        GradientRunner made = make();
        _runners.Add(made);
        return made;
    }

    public void Dispose()
    {
        _runners.ForEach(runner => runner.Dispose());
        _runners.Clear();
    }
}

namespace MLNet.MobileNetV2.Numerics;

/// <summary>Runs independent pieces of work on a limited number of threads; how the work is cut never depends on that number.</summary>
/// <param name="threadCount">Largest number of threads, at least 1.</param>
/// <param name="cancellationToken">Looked at before each piece.</param>
internal sealed class ParallelWork(int threadCount, CancellationToken cancellationToken)
{
    // Waking a second thread costs some microseconds: the work of about this many multiplications.
    private const long WorthAThread = 1 << 18;

    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threadCount, CancellationToken = cancellationToken };

    /// <summary>Runs <paramref name="piece"/> for 0 up to <paramref name="count"/>, in any order.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="operations">About how many multiplications they take together.</param>
    /// <param name="piece">The work; pieces must not share what they write.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void For(int count, long operations, Action<int> piece)
    {
        if (count > 1 && _options.MaxDegreeOfParallelism > 1 && operations >= WorthAThread)
        {
            Parallel.For(0, count, _options, piece);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            piece(i);
        }
    }
}

using System.Runtime.ExceptionServices;

namespace MLNet.MobileNetV2.Numerics;

/// <summary>
/// Runs independent pieces of work on a limited number of threads; how the work is cut never depends on that number. The first error stops
/// the loop and comes as it is.
/// </summary>
/// <param name="workers">Most threads; 0 means as many as there are cores.</param>
/// <param name="cancellationToken">Looked at before each piece.</param>
internal sealed class ParallelLoop(int workers, CancellationToken cancellationToken)
{
    // Waking a second thread costs some microseconds: the work of about this many multiplications.
    private const long WorthAThread = 1 << 18;

    private readonly ParallelOptions _options = new()
    {
        MaxDegreeOfParallelism = workers == 0 ? Environment.ProcessorCount : workers,
        CancellationToken = cancellationToken,
    };

    /// <summary>Runs a piece for 0 up to a count, in any order; pieces must not share what they write.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void For(int count, Action<int> piece) => For(count, long.MaxValue, piece);

    /// <summary>The same, on this thread alone where the pieces together take too few multiplications for more.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void For(int count, long operations, Action<int> piece)
    {
        if (count > 1 && _options.MaxDegreeOfParallelism > 1 && operations >= WorthAThread)
        {
            RunOnThreads(count, piece);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            piece(i);
        }
    }

    private void RunOnThreads(int count, Action<int> piece)
    {
        try
        {
            Parallel.For(0, count, _options, piece);
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}

using System.Runtime.ExceptionServices;

namespace MLNet.MobileNetV2.Numerics;

/// <summary>A loop over independent pieces of work on several threads, whose errors come as they are.</summary>
internal static class ParallelLoop
{
    /// <summary>Does the work for 0 up to a count, in any order.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="workers">Most threads; 0 means as many as there are cores.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    public static void For(int count, int workers, Action<int> work, CancellationToken cancellationToken)
    {
        int threads = workers == 0 ? Environment.ProcessorCount : workers;
        try
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, work);
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}

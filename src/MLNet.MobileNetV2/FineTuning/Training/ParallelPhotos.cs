using System.Runtime.ExceptionServices;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Work on several photos at a time, whose errors come as they are.</summary>
internal static class ParallelPhotos
{
    /// <summary>Does the work for 0 up to a count, in any order.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="workerCount">Threads; 0 means as many as there are cores.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static void ForEach(int count, int workerCount, Action<int> work, CancellationToken cancellationToken)
    {
        int workers = workerCount == 0 ? Environment.ProcessorCount : workerCount;
        try
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, work);
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}

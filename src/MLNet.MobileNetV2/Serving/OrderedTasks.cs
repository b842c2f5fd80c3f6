using System.Runtime.CompilerServices;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Runs tasks side by side, and gives their results in the order of their sources.</summary>
internal static class OrderedTasks
{
    /// <summary>Runs a task for each source.</summary>
    /// <param name="sources">Read as their tasks begin.</param>
    /// <param name="ahead">Most tasks that have begun and whose results have not been taken.</param>
    /// <param name="run">Begins a task.</param>
    /// <param name="cancellationToken">Stops the tasks.</param>
    /// <returns>The results. Whoever stops taking them stops the tasks, and waits for those that have begun.</returns>
    public static async IAsyncEnumerable<TResult> RunAsync<TSource, TResult>(
        IEnumerable<TSource> sources,
        int ahead,
        Func<TSource, CancellationToken, Task<TResult>> run,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Task<TResult>>();
        try
        {
            foreach (TSource source in sources)
            {
                cancellationToken.ThrowIfCancellationRequested();
                running.Enqueue(run(source, stop.Token));
                if (running.Count >= ahead)
                {
                    yield return await running.Dequeue().ConfigureAwait(false);
                }
            }

            while (running.TryDequeue(out Task<TResult>? next))
            {
                yield return await next.ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

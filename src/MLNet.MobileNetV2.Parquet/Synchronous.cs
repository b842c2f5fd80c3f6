namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// Waits for the reader where ML.NET asks for rows: the cursors of an <c>IDataView</c> are synchronous, and Parquet.Net is asynchronous
/// alone.
/// </summary>
internal static class Synchronous
{
    // On a thread of the pool the work cannot wait for a caller's synchronisation context.
    public static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}

using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>What came of a photo: a result, or why it cannot be used.</summary>
internal sealed record PhotoOutcome<T>(string Path, T? Result, BadImageException? Error)
{
    // Enough to keep every core at work while the first one is waited for.
    private static readonly int s_ahead = 2 * Environment.ProcessorCount;

    /// <summary>Works on photos side by side, and gives what came of them in their order.</summary>
    /// <param name="photos">The photos, read as they are needed; those with a problem pass as bad ones.</param>
    /// <param name="work">What is done with a photo; thread-safe.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static IAsyncEnumerable<PhotoOutcome<T>> OfEach(
        IEnumerable<ImageArgument> photos, Func<string, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        OrderedTasks.RunAsync(photos, s_ahead, (photo, stop) => OfAsync(photo, work, stop), cancellationToken);

    private static async Task<PhotoOutcome<T>> OfAsync(
        ImageArgument photo, Func<string, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return photo.Problem is { } problem
                ? throw new BadImageException(photo.Path, problem)
                : new(photo.Path, await work(photo.Path, cancellationToken), null);
        }
        catch (BadImageException error)
        {
            return new(photo.Path, default, error);
        }
    }
}

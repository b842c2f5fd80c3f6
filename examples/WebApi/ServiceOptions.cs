namespace WebApi;

/// <summary>
/// The service's configuration: from <c>appsettings.json</c>, the environment or the command line, for example <c>--model flowers.zip</c>.
/// </summary>
public sealed record ServiceOptions
{
    // As much as a predictor allows.
    private const int LargestBody = 256 * 1024 * 1024;
    private const long LargestPicture = 250_000_000;
    private const int LongestTimeout = 24 * 60 * 60;

    /// <summary>The model file.</summary>
    public string? Model { get; init; }

    /// <summary>Most bytes of a request's body.</summary>
    public int MaxBodyBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Most pixels of an image.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Predictions that are received and answered at the same time. Each may take the memory of a body.</summary>
    public int MaxRequests { get; init; } = 32;

    /// <summary>Predictions that wait beyond those; any more are refused.</summary>
    public int MaxQueue { get; init; } = 128;

    /// <summary>Most seconds from the first byte of a prediction's body that is read to its answer.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <exception cref="InvalidOperationException">A value is no number, or not allowed.</exception>
    public static ServiceOptions Read(IConfiguration configuration)
    {
        ServiceOptions options = configuration.Get<ServiceOptions>() ?? new();
        Check(options.MaxBodyBytes is >= 1 and <= LargestBody, nameof(MaxBodyBytes), options.MaxBodyBytes, $"1 to {LargestBody}");
        Check(options.MaxPixels is >= 1 and <= LargestPicture, nameof(MaxPixels), options.MaxPixels, $"1 to {LargestPicture}");
        Check(options.MaxRequests >= 1, nameof(MaxRequests), options.MaxRequests, "1 or more");
        Check(options.MaxQueue >= 0, nameof(MaxQueue), options.MaxQueue, "0 or more");
        Check(
            options.TimeoutSeconds is >= 1 and <= LongestTimeout, nameof(TimeoutSeconds), options.TimeoutSeconds, $"1 to {LongestTimeout}");
        return options;
    }

    private static void Check(bool isAllowed, string option, long value, string allowed)
    {
        if (!isAllowed)
        {
            throw new InvalidOperationException($"{option} is {value}; it must be {allowed}.");
        }
    }
}

namespace MLNet.MobileNetV2.Machine;

/// <summary>Tells failures of the machine from faults of its input, and finds the cause inside other libraries' exceptions.</summary>
internal static class MachineFailure
{
    // How the names of the folders begin to which ML.NET unpacks models.
    private const string MlNetPrefix = "ml_dotnet_";

    // errno on Linux and macOS, the low word of the HRESULT on Windows. Reading gives none of them.
    private static readonly int[] s_unwritable = OperatingSystem.IsWindows()
        ? [19 /* write-protected */, 39 /* disk full */, 112 /* disk full */]
        : [27 /* too large */, 28 /* disk full */, 30 /* read-only */, OperatingSystem.IsMacOS() ? 69 : 122 /* quota */];

    /// <summary>The error and those inside it; of several side by side, the first.</summary>
    public static IEnumerable<Exception> Chain(Exception error)
    {
        Exception? step = error;
        while (step is not null)
        {
            yield return step;
            step = step is AggregateException { InnerExceptions: [var first, ..] } ? first : step.InnerException;
        }
    }

    public static Exception Cause(Exception error) => Chain(error).Last();

    /// <summary>Whether the error is one of writing: the disk is full, read-only or closed to this user.</summary>
    public static bool IsUnwritable(Exception error) =>
        error is UnauthorizedAccessException || (error is IOException && s_unwritable.Contains(error.HResult & 0xFFFF));

    /// <summary>What a native library's or the temporary folder's failure means and what to do; null for any other error.</summary>
    public static string? Describe(Exception error)
    {
        if (Chain(error).OfType<DllNotFoundException>().FirstOrDefault() is { } missing)
        {
            // An error with a cause is this library's own.
            NativeLibrary? library = missing.InnerException is not null
                ? null
                : new[] { NativeLibrary.OnnxRuntime, NativeLibrary.Skia }
                    .FirstOrDefault(library => missing.Message.Contains(library.FileName, StringComparison.Ordinal));
            return (library?.Missing(error) ?? missing).Message;
        }

        Exception cause = Cause(error);
        return cause is IOException or UnauthorizedAccessException
            && cause.Message.Contains(Path.Combine(TemporaryFolder.OfTheSystem, MlNetPrefix), StringComparison.Ordinal)
            ? TemporaryFolder.Unusable(TemporaryFolder.OfTheSystem, error).Message
            : null;
    }
}

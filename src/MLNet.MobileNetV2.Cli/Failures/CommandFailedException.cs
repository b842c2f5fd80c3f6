namespace MLNet.MobileNetV2.Cli.Failures;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>Done; some images may have been skipped, and are listed.</summary>
    public const int Done = 0;

    /// <summary>Failed: nothing, or nothing whole, came out.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: the command line cannot be followed.</summary>
    public const int WrongUsage = 2;

    /// <summary>Stopped by Ctrl+C or a request to terminate, as shells have it.</summary>
    public const int Stopped = 130;
}

/// <summary>Ends a command with a message for the user and an exit code.</summary>
internal sealed class CommandFailedException(string message, int exitCode = ExitCode.Failed, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}

namespace MLNet.MobileNetV2.Cli;

/// <summary>Ends a command with a message for the user and an exit code.</summary>
internal sealed class CommandFailedException(string message, int exitCode = ExitCode.Failed, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}

namespace MLNet.MobileNetV2.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done; some pictures may have been skipped, and are listed.</summary>
    public const int Done = 0;

    /// <summary>Failed: nothing, or nothing whole, came out.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: the command line cannot be followed.</summary>
    public const int WrongUsage = 2;
}

using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes a result file whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Finds out before the work begins that its result could not be written. Leaves nothing behind.</summary>
    public static void CheckWritable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CommandFailedException($"The output '{path}' is a folder; it must be a file.");
        }

        string folder = Path.GetDirectoryName(RealPath.Target(path))!;
        if (!Directory.Exists(folder))
        {
            throw new CommandFailedException($"The output '{path}' cannot be written: there is no folder '{folder}'.");
        }

        Try(path, () => new AtomicFile(path).Dispose());
    }

    /// <summary>Writes the file; an error names it as the user does.</summary>
    public static void Write(string path, Action<Stream> write) => Try(path, () => AtomicFile.Write(path, write));

    private static void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException
            && error.Message.Contains(RealPath.Target(path), StringComparison.Ordinal))
        {
            throw new CommandFailedException($"The output '{path}' cannot be written: {error.Message}", innerException: error);
        }
    }
}

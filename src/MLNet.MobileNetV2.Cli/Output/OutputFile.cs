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

        string target = RealPath.Target(path);
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            throw new CommandFailedException($"The output '{path}' cannot be written: there is no folder '{folder}'.");
        }

        string probe = TemporaryName(target);
        try
        {
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, probe, error);
        }
    }

    /// <summary>Writes to a temporary name beside the file, then moves it over. A link stays a link: the file that it names is replaced.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = RealPath.Target(path);
        string temporary = TemporaryName(target);
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);

                // What goes once the file is there, as a checkpoint does, must not go before its bytes are on the disk.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && error.Message.Contains(temporary, StringComparison.Ordinal))
        {
            throw Unwritable(path, temporary, error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static CommandFailedException Unwritable(string path, string temporary, Exception error) => new(
        $"The output '{path}' cannot be written: {error.Message.Replace(temporary, RealPath.Target(path), StringComparison.Ordinal)}", innerException: error);

    private static string TemporaryName(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
}

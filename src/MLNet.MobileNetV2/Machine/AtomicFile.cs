namespace MLNet.MobileNetV2.Machine;

/// <summary>
/// A file that appears whole or not at all: written under a temporary name beside its own, flushed to the disk, then moved. A link stays a
/// link: the file that it leads to is replaced. Not thread-safe.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">The folder is missing, or links lead in a circle.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public AtomicFile(string path, FileOptions options = FileOptions.None)
    {
        _target = RealPath.Target(path);
        _temporary = Path.Join(Path.GetDirectoryName(_target), $".{Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Stream = new(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 4096, options);
        }
        catch (Exception error) when (IsNamedWrongly(error))
        {
            throw Renamed(error);
        }
    }

    public FileStream Stream { get; }

    /// <summary>Writes a file. On failure nothing stays behind, and an error names the file by its final path.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        try
        {
            write(file.Stream);
            file.Commit();
        }
        catch (Exception error) when (file.IsNamedWrongly(error))
        {
            throw file.Renamed(error);
        }
    }

    /// <summary>Gives the file its final name, in one step, replacing an existing one.</summary>
    public void Commit()
    {
        // The move may reach the disk before what it moves: after a power cut the name would stand for an empty file.
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _target, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What the full disk does not take is deleted anyway, and the first error counts.
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder has gone or may not be written to any more; the first error counts.
        }
    }

    private bool IsNamedWrongly(Exception error) =>
        error is IOException or UnauthorizedAccessException && error.Message.Contains(_temporary, StringComparison.Ordinal);

    private Exception Renamed(Exception error)
    {
        string message = error.Message.Replace(_temporary, _target, StringComparison.Ordinal);
        return error switch
        {
            UnauthorizedAccessException => new UnauthorizedAccessException(message, error),
            DirectoryNotFoundException => new DirectoryNotFoundException(message, error),
            _ => new IOException(message, error) { HResult = error.HResult },
        };
    }
}

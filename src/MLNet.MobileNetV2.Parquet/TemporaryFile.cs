namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// A file that is being written, locked, under a name of its own beside its final one. No process is writing a file that can be locked.
/// Not thread-safe.
/// </summary>
internal sealed class TemporaryFile : IDisposable
{
    private const string Extension = ".tmp";
    private const int MaxAttempts = 10;

    private readonly string _path;

    private TemporaryFile(string path, FileStream stream)
    {
        _path = path;
        Stream = stream;
    }

    public FileStream Stream { get; }

    /// <summary>Begins a file, and deletes those of the same final name that killed processes left.</summary>
    /// <exception cref="IOException">The folder is missing, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static TemporaryFile Create(string target)
    {
        string folder = Path.GetDirectoryName(target)!;
        string start = $".{Path.GetFileName(target)}.";
        DeleteAbandoned(folder, start);
        for (int attempt = 1; ; attempt++)
        {
            string path = Path.Combine(folder, $"{start}{Guid.NewGuid():N}{Extension}");
            FileStream? stream = null;
            try
            {
                // On Windows, a file that is open can be moved only if its deletion is shared.
                stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
            }
            catch (IOException) when (File.Exists(path) && attempt < MaxAttempts)
            {
                File.Delete(path);
                continue;
            }

            // Between its creation and its lock, another writer may have taken it for abandoned.
            if (File.Exists(path) || attempt == MaxAttempts)
            {
                return new(path, stream);
            }

            stream.Dispose();
        }
    }

    /// <summary>
    /// Gives the file its final name, in one step, replacing an existing one, and closes it. On failure nothing stays behind.
    /// </summary>
    public void Commit(string target)
    {
        try
        {
            Stream.Flush(flushToDisk: true);

            // Still locked, so that nobody takes it for abandoned at the last moment.
            File.Move(_path, target, overwrite: true);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Closes the file, and deletes it where it was not committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(_path);
    }

    private static void DeleteAbandoned(string folder, string start)
    {
        var options = new EnumerationOptions { MatchType = MatchType.Simple, AttributesToSkip = FileAttributes.Directory };
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Extension, options))
        {
            ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
            if (name.StartsWith(start, StringComparison.Ordinal) && Guid.TryParseExact(name[start.Length..^Extension.Length], "N", out _))
            {
                DeleteUnlessLocked(path);
            }
        }
    }

    private static void DeleteUnlessLocked(string path)
    {
        try
        {
            using FileStream _ = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its writer is at work, or somebody else has deleted it.
        }
    }
}

namespace MLNet.MobileNetV2.Machine;

/// <summary>A new folder for temporary files, closed to other users, that is deleted with its content.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static string Variable => OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";

    private readonly string _parent;

    /// <summary>Makes the folder.</summary>
    /// <exception cref="IOException">The parent is missing or cannot be written to; the message says what to do.</exception>
    public TemporaryFolder(string parent)
    {
        parent = System.IO.Path.TrimEndingDirectorySeparator(parent);
        _parent = parent;
        Path = System.IO.Path.Combine(parent, $"mobilenetv2-{Guid.NewGuid():N}");
        try
        {
            if (!Directory.Exists(parent))
            {
                throw new DirectoryNotFoundException(System.IO.File.Exists(parent) ? "It is a file." : "There is no such folder.");
            }

            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path);
            }
            else
            {
                Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(parent, error);
        }
    }

    /// <summary>The system's folder for temporary files, without a separator at its end.</summary>
    public static string OfTheSystem => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetTempPath());

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The error that says that temporary files cannot be written, why, and what to do.</summary>
    public static IOException Unusable(string folder, Exception error) => new(
        $"Temporary files cannot be written to '{folder}': {MachineFailure.Cause(error).Message.TrimEnd('.')}. Make room there, "
        + $"or name another folder with the environment variable {Variable} (in a program of your own, MLContext.TempFilePath).",
        error);

    /// <summary>The error to throw for one that was caught while writing here; null where the folder is not to blame.</summary>
    public IOException? Blamed(Exception error) =>
        MachineFailure.IsUnwritable(MachineFailure.Cause(error)) ? Unusable(_parent, error) : null;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whatever went wrong with the folder's files has been said already.
        }
    }
}

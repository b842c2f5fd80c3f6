using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>A folder that results of photos are written to, each under a name of its own. Not thread-safe.</summary>
internal sealed class PictureFolder
{
    private readonly string _path;
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    private PictureFolder(string path) => _path = path;

    /// <summary>Opens a folder, which is made where it is not there.</summary>
    /// <exception cref="CommandFailedException">It cannot be made or written to.</exception>
    public static PictureFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The output folder '{path}' cannot be made: {error.Message}", innerException: error);
        }

        OutputFile.CheckWritable(Path.Combine(path, "result"));
        return new(path);
    }

    /// <summary>The path of a file in it.</summary>
    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>
    /// The path of a photo's results without an ending: the photo's name without its extension, with a number where an earlier photo has
    /// that name.
    /// </summary>
    public string StemOf(string photo)
    {
        string name = Path.GetFileNameWithoutExtension(photo);
        string stem = name;
        for (int number = 2; !_taken.Add(stem); number++)
        {
            stem = FormattableString.Invariant($"{name}-{number}");
        }

        return PathOf(stem);
    }
}

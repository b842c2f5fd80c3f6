using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>How photos come into the folders of their labels.</summary>
internal enum SortMode
{
    Copy,
    Link,
    Move,
}

/// <summary>
/// A folder that photos are sorted into, with a folder for each label. Nothing in it is overwritten. Not thread-safe.
/// </summary>
internal sealed class SortFolder
{
    private readonly string _path;
    private readonly SortMode _mode;
    private readonly FolderNames _names;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    private SortFolder(string path, SortMode mode, FolderNames names)
    {
        _path = path;
        _mode = mode;
        _names = names;
    }

    /// <summary>Finds out before the work begins whether photos of these arguments may be sorted into a folder.</summary>
    /// <exception cref="CommandFailedException">The next run would take what this one put there for more photos.</exception>
    public static void Check(string path, SortMode mode, IEnumerable<string> arguments)
    {
        string real = RealPath.Resolve(path) ?? path;
        string? holder = mode == SortMode.Move ? null : arguments.FirstOrDefault(argument =>
            Directory.Exists(argument) && RealPath.Of(argument) is { } folder && RealPath.Holds(folder, real));
        if (holder is not null)
        {
            throw new CommandFailedException(
                $"'{path}' is in the folder of photos '{holder}', where the next run would find each photo twice. "
                + "Choose a folder outside, or --move.",
                ExitCode.WrongUsage);
        }
    }

    /// <summary>Opens a folder, which is made where it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mode">How photos come into it.</param>
    /// <param name="labels">All labels that photos may have.</param>
    /// <exception cref="CommandFailedException">It cannot be made.</exception>
    public static SortFolder Open(string path, SortMode mode, IEnumerable<string> labels)
    {
        Make(path);
        return new(path, mode, new FolderNames(labels));
    }

    /// <summary>Puts a photo into the folder of its label; one that lies there already stays as it is.</summary>
    /// <returns>Where it is now: under its name, or with a number where there is another file of that name.</returns>
    /// <exception cref="BadImageException">It is not there any more.</exception>
    /// <exception cref="CommandFailedException">It cannot be put there.</exception>
    public string Add(string photo, string label)
    {
        string folder = Path.Combine(_path, _names.Of(label));
        string full = Path.GetFullPath(photo);
        Make(folder);
        if (RealPath.Comparer.Equals(RealPath.Of(Path.GetDirectoryName(full)!), RealPath.Of(folder)))
        {
            return photo;
        }

        string wanted = Path.Combine(folder, Path.GetFileName(photo));
        for (int number = _numbers.GetValueOrDefault(wanted, 1); ; number++)
        {
            string target = number == 1 ? wanted : Path.Combine(folder, FormattableString.Invariant(
                $"{Path.GetFileNameWithoutExtension(photo)}-{number}{Path.GetExtension(photo)}"));
            if (TryPut(photo, full, target))
            {
                _numbers[wanted] = number + 1;
                return target;
            }
        }
    }

    private bool TryPut(string photo, string full, string target)
    {
        if (Path.Exists(target))
        {
            return false;
        }

        try
        {
            switch (_mode)
            {
                case SortMode.Link:
                    File.CreateSymbolicLink(target, full);
                    break;
                case SortMode.Move when new FileInfo(full).LinkTarget is { } link && !Path.IsPathRooted(link):
                    // Elsewhere a relative link would lead nowhere.
                    File.CreateSymbolicLink(target, Path.GetFullPath(link, Path.GetDirectoryName(full)!));
                    File.Delete(full);
                    break;
                case SortMode.Move:
                    File.Move(full, target, overwrite: false);
                    break;
                default:
                    File.Copy(full, target, overwrite: false);
                    break;
            }

            return true;
        }
        catch (IOException) when (!File.Exists(full))
        {
            throw new BadImageException(photo, "it is not there any more, and could not be sorted.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"'{photo}' cannot be put at '{target}': {Failure.OneLine(error)}", innerException: error);
        }
    }

    private static void Make(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                $"The folder '{path}' cannot be made: {Failure.OneLine(error)}", innerException: error);
        }
    }
}

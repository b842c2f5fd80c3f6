namespace MLNet.MobileNetV2.Machine;

/// <summary>Where paths lead when every link in them is followed.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>Compares real paths. Windows and macOS find a folder by its name in any case.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The file or folder that a path leads to, by a full path without links; null where there is none.</summary>
    public static string? Of(string path) => Resolve(path) is { } real && Path.Exists(real) ? real : null;

    /// <summary>The full path of the file that a path stands for: a link's target, which need not exist, else its own.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null
            ? file.FullName
            : Resolve(path) ?? throw new IOException($"The link '{path}' leads through more than {MostLinks} others.");
    }

    /// <summary>Whether a folder is another one or holds it, by their real paths.</summary>
    public static bool Holds(string outer, string inner)
    {
        string start = Path.EndsInDirectorySeparator(outer) ? outer : outer + Path.DirectorySeparatorChar;
        return Comparer.Equals(outer, inner) || (inner.Length >= start.Length && Comparer.Equals(inner[..start.Length], start));
    }

    /// <summary>The full path without links of a file or folder that need not exist; null where links lead in a circle.</summary>
    public static string? Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        var pending = new Stack<string>();
        Push(pending, full[real.Length..]);
        int links = 0;
        while (pending.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Join(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            // A link's target is relative to the folder that the link lies in.
            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(Path.GetFullPath(target, real))!;
                target = target[Path.GetPathRoot(target)!.Length..];
            }

            Push(pending, target);
        }

        return real;
    }

    private static void Push(Stack<string> pending, string path)
    {
        string[] parts = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts.Where(part => part != ".").Reverse())
        {
            pending.Push(part);
        }
    }
}

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>Names pictures in folders the same way on every system.</summary>
internal static class PathSpelling
{
    /// <summary>The folder as the user gave it, joined by '/' with the '/'-separated name below it.</summary>
    /// <param name="folder">The folder as given.</param>
    /// <param name="path">The path of a picture in it, as the library joins the two.</param>
    public static string Of(string folder, string path)
    {
        string prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + "/";
        return prefix + path[prefix.Length..].Replace(Path.DirectorySeparatorChar, '/');
    }
}

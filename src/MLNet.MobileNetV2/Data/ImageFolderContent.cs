namespace MLNet.MobileNetV2.Data;

/// <summary>What lies in an image folder, by name alone: no file is opened.</summary>
/// <param name="Folders">Names of its sub-folders in ordinal order.</param>
/// <param name="Pictures">Names of the images at every depth below the folder, with '/' between the parts, in ordinal order.</param>
/// <param name="Others">Names of the files that are not images, likewise.</param>
internal sealed record ImageFolderContent(IReadOnlyList<string> Folders, IReadOnlyList<string> Pictures, IReadOnlyList<string> Others)
{
    /// <summary>The path of an entry: the folder as given, joined with the name in the system's own notation.</summary>
    public static string PathOf(string folder, string name) => Path.Join(folder, name.Replace('/', Path.DirectorySeparatorChar));
}

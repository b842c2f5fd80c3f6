using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Data;

/// <summary>A temporary folder of empty files: the folder readers go by name alone.</summary>
internal sealed class PictureTree : IDisposable
{
    private readonly TempFolder _folder = new();

    public PictureTree(params IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            Add(name);
        }
    }

    public string Path => _folder.Path;

    /// <summary>The full path of a name with '/' between its parts.</summary>
    public string PathOf(string name) => System.IO.Path.Combine([_folder.Path, .. name.Split('/')]);

    /// <summary>Adds an empty file, or an empty folder for a name that ends in '/'.</summary>
    public void Add(string name)
    {
        string path = PathOf(name.TrimEnd('/'));
        if (name.EndsWith('/'))
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
    }

    /// <summary>Adds a link; the test is skipped where the system does not let it.</summary>
    public void AddLink(string name, string target, bool toFolder)
    {
        try
        {
            _ = toFolder ? Directory.CreateSymbolicLink(PathOf(name), target) : File.CreateSymbolicLink(PathOf(name), target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"Symbolic links cannot be made here: {exception.Message}");
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The paths of the images of a folder without classes.</summary>
    public static IReadOnlyList<string> ListUnlabelled(string path, CancellationToken cancellationToken)
    {
        ImageFolderListing listing = ImageFolderListing.Of(path, cancellationToken);
        return [.. listing.Images().Select(listing.SystemPathOf)];
    }
}

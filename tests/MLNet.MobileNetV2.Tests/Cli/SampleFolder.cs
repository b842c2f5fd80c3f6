using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>A temporary folder with a few images of the sample set, one sub-folder per class.</summary>
internal sealed class SampleFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Copies so many images of each category.</summary>
    public SampleFolder(int perClass, params string[] categories)
    {
        foreach (string category in categories)
        {
            AddClass(category, category, perClass);
        }
    }

    public string Path => _folder.Path;

    /// <summary>All files, class after class.</summary>
    public string[] Files => [.. Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The full path of a name with '/' between its parts.</summary>
    public string PathOf(string name) => System.IO.Path.Combine([_folder.Path, .. name.Split('/')]);

    /// <summary>Copies images of a category to a sub-folder of another name.</summary>
    public void AddClass(string name, string category, int count, int skip = 0)
    {
        Directory.CreateDirectory(PathOf(name));
        foreach (string file in Photos(category).Skip(skip).Take(count))
        {
            File.Copy(file, System.IO.Path.Combine(PathOf(name), System.IO.Path.GetFileName(file)));
        }
    }

    /// <summary>Copies one image under a name with '/' between its parts.</summary>
    public void AddPhoto(string name, string category = "animal", int index = 0)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(name))!);
        File.Copy(Photos(category)[index], PathOf(name));
    }

    /// <summary>Adds a truncated JPEG, a text file named .jpg and an empty file to a sub-folder.</summary>
    /// <returns>Their names, in ordinal order.</returns>
    public IReadOnlyList<string> AddBadPhotos(string name)
    {
        Directory.CreateDirectory(PathOf(name));
        using SKBitmap picture = SKBitmap.Decode(Photos("animal")[0]);
        byte[] jpeg = picture.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray();
        File.WriteAllBytes(PathOf($"{name}/bad-cut.jpg"), jpeg[..(jpeg.Length / 2)]);
        File.WriteAllBytes(PathOf($"{name}/bad-empty.png"), []);
        File.WriteAllText(PathOf($"{name}/bad-text.JPG"), "no image");
        return [$"{name}/bad-cut.jpg", $"{name}/bad-empty.png", $"{name}/bad-text.JPG"];
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Photos(string category) =>
        [.. Directory.GetFiles(System.IO.Path.Combine(Repository.SamplePhotos, category)).Order(StringComparer.Ordinal)];
}

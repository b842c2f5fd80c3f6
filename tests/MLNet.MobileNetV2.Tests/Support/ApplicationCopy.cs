using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>The applications beside the tests in a folder of their own, where native files can be taken away or broken.</summary>
internal sealed class ApplicationCopy : IDisposable
{
    private readonly TempFolder _folder = new();

    public ApplicationCopy()
    {
        foreach (string pattern in new[] { "*.dll", "*.json" })
        {
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, pattern))
            {
                File.Copy(file, _folder.File(Path.GetFileName(file)));
            }
        }

        Directory.CreateDirectory(Natives);
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, Native)))
        {
            File.Copy(file, Path.Combine(Natives, Path.GetFileName(file)));
        }
    }

    private static string Native { get; } = Path.Combine("runtimes", NativeLibrary.System, "native");

    private string Natives => _folder.File(Native);

    /// <summary>The full path of an application's assembly.</summary>
    public string Assembly(string name) => _folder.File(name + ".dll");

    /// <summary>Takes a native library away, or cuts it to so many bytes.</summary>
    public void Break(string library, int? length = null)
    {
        string path = Assert.Single(
            Directory.GetFiles(Natives), file => Path.GetFileNameWithoutExtension(file).TrimStart("lib".ToCharArray()) == library);
        byte[] start = File.ReadAllBytes(path)[..(length ?? 0)];
        File.Delete(path);
        if (length is not null)
        {
            File.WriteAllBytes(path, start);
        }
    }

    public void Dispose() => _folder.Dispose();
}

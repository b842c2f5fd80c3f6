using System.Text.Json;
using MLNet.MobileNetV2.Tests.Packages;
using MLNet.MobileNetV2.Tests.Support;

[assembly: AssemblyFixture(typeof(PackedPackages))]

namespace MLNet.MobileNetV2.Tests.Packages;

/// <summary>The packages made of what the tests were built from, once for all tests.</summary>
public sealed class PackedPackages : IDisposable
{
    private readonly TempFolder _temporary = new();
    private readonly TempFolder _folder = new();
    private readonly TempFolder _cache = new();
    private readonly TempFolder _restored = new();
    private readonly Lazy<Task> _packing;
    private readonly Lazy<string> _linking;

    public PackedPackages()
    {
        _packing = new(PackAsync);
        _linking = new(LinkRestored);
    }

    /// <summary>
    /// The folder that packages are unpacked into for the projects of tests: one that holds no older package of the same version.
    /// </summary>
    public string CacheFolder => _cache.Path;

    /// <summary>
    /// What the build restored, which is a feed: without packages of the library, which a notebook's kernel would take from any source.
    /// </summary>
    public string RestoredFolder => _linking.Value;

    /// <summary>The folder of the packages, which is a feed; packs on the first call.</summary>
    public async Task<string> FolderAsync()
    {
        await _packing.Value;
        return _folder.Path;
    }

    /// <summary>The path of a package.</summary>
    /// <param name="id">Its name.</param>
    public async Task<string> PackageAsync(string id) => Directory.GetFiles(await FolderAsync(), $"{id}.?.*.nupkg").Single();

    /// <summary>The path of the command line's package.</summary>
    public Task<string> ToolAsync() => PackageAsync("MLNet.MobileNetV2.Cli");

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
        _restored.Dispose();
        _temporary.Dispose();
    }

    private string LinkRestored()
    {
        string assets = Path.Combine(Repository.Root, "src", "MLNet.MobileNetV2", "obj", "project.assets.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
        string packages = document.RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
        foreach (string package in Directory.GetDirectories(packages))
        {
            string name = Path.GetFileName(package);
            if (!name.StartsWith("mlnet.mobilenetv2", StringComparison.OrdinalIgnoreCase))
            {
                Directory.CreateSymbolicLink(_restored.File(name), package);
            }
        }

        return _restored.Path;
    }

    private async Task PackAsync()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        foreach (
            string project in new[]
            {
                "MLNet.MobileNetV2",
                "MLNet.MobileNetV2.Detection",
                "MLNet.MobileNetV2.Parquet",
                "MLNet.MobileNetV2.Sqlite",
                "MLNet.MobileNetV2.Cli",
            })
        {
            await DotnetCommand.RunAsync(
                _temporary.Path, "pack", Path.Combine(
                    Repository.Root, "src", project), "--no-build", "-c", configuration, "-o", _folder.Path);
        }
    }
}

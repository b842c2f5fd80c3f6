namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Finds the names of a YOLO set's classes, and where its pictures are.</summary>
/// <param name="File">The file that says so.</param>
/// <param name="Names">The classes by number.</param>
/// <param name="Sources">Folders of pictures or lists of them; null for all pictures in the folder.</param>
internal sealed record YoloNames(string File, IReadOnlyList<string> Names, IReadOnlyList<string>? Sources)
{
    private static readonly string[] s_lists = ["classes.txt", "obj.names"];

    public static string? FindYaml(string folder) => Find(folder, "data.yaml", "data.yml");

    public static string? FindList(string folder) => Find(folder, s_lists);

    /// <summary>Reads a <c>data.yaml</c>, or the names that lie in a folder or the one above.</summary>
    public static YoloNames Read(string path, string split)
    {
        if (System.IO.File.Exists(path))
        {
            return OfYaml(path, split);
        }

        string above = Path.Join(path, "..");
        string? list = FindList(path) ?? FindList(above);
        string? yaml = list is null ? FindYaml(above) : null;
        if (yaml is not null)
        {
            return new(yaml, YamlLists.Read(yaml).Names(), null);
        }

        return list is not null ? OfList(list) : throw new DetectionDatasetException(
            path, "neither it nor the folder above holds a data.yaml or classes.txt, which name the classes.");
    }

    private static YoloNames OfList(string list)
    {
        string[] names = [.. DatasetText.Lines(list).Select(line => line.Trim())];
        names = names[..(Array.FindLastIndex(names, name => name.Length > 0) + 1)];
        int empty = Array.IndexOf(names, string.Empty);
        return empty < 0 && names.Length > 0 ? new(list, names, null) : throw new DetectionDatasetException(
            list, $"{(names.Length == 0 ? "it" : $"line {empty + 1}")} is empty; the name of a class in each line is needed.");
    }

    private static YoloNames OfYaml(string yaml, string split)
    {
        var lists = YamlLists.Read(yaml);
        IReadOnlyList<string> sources = lists.Texts(split);
        if (sources.Count == 0)
        {
            throw new DetectionDatasetException(yaml, $"it has no '{split}:', which would say where the pictures are.");
        }

        string beside = Path.GetDirectoryName(yaml)!;
        string root = lists.Texts("path") is [var given, ..] ? Path.Combine(beside, Native(given)) : beside;
        root = Directory.Exists(root) ? root : beside;
        return new(yaml, lists.Names(), [.. sources.Select(source => Locate(root, Native(source)))]);
    }

    // A widespread exporter writes '../train/images' for what lies beside the file.
    private static string Locate(string root, string source)
    {
        string path = Path.Combine(root, source);
        string up = $"..{Path.DirectorySeparatorChar}";
        return !Path.Exists(path) && source.StartsWith(up, StringComparison.Ordinal) && Path.Join(root, source[up.Length..]) is var beside
            && Path.Exists(beside) ? beside : path;
    }

    private static string Native(string path) => path.Replace('/', Path.DirectorySeparatorChar);

    private static string? Find(string folder, params string[] names) =>
        names.Select(name => Path.Join(folder, name)).FirstOrDefault(System.IO.File.Exists);
}

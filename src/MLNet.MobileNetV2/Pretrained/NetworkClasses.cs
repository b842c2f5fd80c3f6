using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The names of a trained network's classes, one of which is the background. Immutable and thread-safe.</summary>
internal sealed class NetworkClasses
{
    private const int MaxFileLength = 1024 * 1024;

    private readonly Lazy<IReadOnlyList<string>> _all;

    private NetworkClasses(int count, int background, Func<int, IReadOnlyList<string>> read)
    {
        Count = count;
        Background = background;
        _all = new(() => read(count));
    }

    /// <summary>The 1000 of ILSVRC 2012, the background before them.</summary>
    public static NetworkClasses ImageNet { get; } = Embedded(EmbeddedFile.Labels, 1001, background: 0);

    /// <summary>964 birds, scientific name and English one in brackets, the background behind them.</summary>
    public static NetworkClasses Birds { get; } = Embedded("inat_bird_labels.txt", 965, background: 964);

    /// <summary>1,021 insects, like <see cref="Birds"/>.</summary>
    public static NetworkClasses Insects { get; } = Embedded("inat_insect_labels.txt", 1022, background: 1021);

    /// <summary>Number of classes, the background among them.</summary>
    public int Count { get; }

    /// <summary>Index of the background.</summary>
    public int Background { get; }

    /// <summary>The names by the index of the class.</summary>
    public IReadOnlyList<string> All => _all.Value;

    /// <summary>The names without the background's.</summary>
    public IReadOnlyList<string> WithoutBackground => [.. All.Take(Background), .. All.Skip(Background + 1)];

    /// <summary>Reads a file of other names for the same classes: a line each.</summary>
    /// <exception cref="WeightsFormatException">The file does not have exactly <see cref="Count"/> lines.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public NetworkClasses Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IReadOnlyList<string> names = Parse(path, BoundedFile.Read(path, MaxFileLength), Count);
        return new(Count, Background, _ => names);
    }

    private static NetworkClasses Embedded(string file, int count, int background) =>
        new(count, background, count => Parse(file, EmbeddedFile.Read(file), count));

    private static List<string> Parse(string source, byte[] file, int count)
    {
        using var reader = new StreamReader(new MemoryStream(file));
        var lines = new List<string>(count);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines.Count == count
            ? lines
            : throw new WeightsFormatException(source, $"it has {lines.Count} lines; the names of the classes are {count} lines.");
    }
}

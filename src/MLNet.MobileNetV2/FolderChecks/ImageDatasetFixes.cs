using System.Text.Json;
using MLNet.MobileNetV2.FolderChecks;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2;

/// <summary>
/// Which photos of a folder would be set aside after a check: moved to a folder beside it, from which they can be moved back. Nothing is
/// ever deleted. Immutable.
/// </summary>
/// <remarks>
/// Set aside are photos that cannot be read, all but the first of equal files and of copies with one label, all that are the same under two
/// labels, those that are also in the folder that was checked against, and those whose label is likely wrong: look at these before.
/// </remarks>
public sealed class ImageDatasetFixes
{
    private const string Suffix = "-set-aside";

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private ImageDatasetFixes(string folder, string aside, IReadOnlyList<ImageMove> moves)
    {
        Folder = folder;
        Aside = aside;
        Moves = moves;
    }

    /// <summary>The folder that was checked.</summary>
    public string Folder { get; }

    /// <summary>The folder beside it.</summary>
    public string Aside { get; }

    /// <summary>What is moved, each photo once.</summary>
    public IReadOnlyList<ImageMove> Moves { get; }

    /// <summary>Plans what to set aside.</summary>
    /// <param name="folder">The folder, as the check was given it.</param>
    /// <param name="check">What was found.</param>
    public static ImageDatasetFixes Plan(string folder, ImageDatasetCheck check)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(check);
        string root = Path.TrimEndingDirectorySeparator(folder);
        string aside = root + Suffix;
        var moves = new Dictionary<string, ImageMove>(StringComparer.Ordinal);
        foreach ((string path, string kind, string reason) in FixReasons.Of(check))
        {
            if (path.StartsWith(root, StringComparison.Ordinal))
            {
                moves.TryAdd(path, new(path, $"{aside}/{kind}{path[root.Length..]}", reason));
            }
        }

        return new(folder, aside, [.. moves.Values]);
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="InvalidDataException">It is no plan, or moves something out of its folders.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImageDatasetFixes Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            PlanFile? plan = JsonSerializer.Deserialize<PlanFile>(File.ReadAllText(path), s_options);
            return plan is { Folder.Length: > 0, Aside.Length: > 0, Moves: { } moves }
                && moves.All(move => move is not null && IsWithin(plan, move))
                ? new(plan.Folder, plan.Aside, moves)
                : throw new InvalidDataException(
                    $"The plan '{path}' must move files of its folder to the folder beside, as 'check --plan' writes it.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The file '{path}' is no plan of 'check --plan': {error.Message}", error);
        }
    }

    /// <summary>Writes the plan as JSON, which may be edited; a file there is replaced in one step.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, new PlanFile(Folder, Aside, Moves), s_options));
    }

    /// <summary>Moves the photos aside. What was moved before is passed over, so that an interrupted run can go on.</summary>
    /// <param name="cancellationToken">Looked at between photos.</param>
    /// <returns>How many were moved.</returns>
    /// <exception cref="IOException">A photo is not there, or cannot be moved; those before it have been.</exception>
    public int Apply(CancellationToken cancellationToken = default) =>
        Move(Moves.Select(move => (move.Path, move.To)), cancellationToken);

    /// <summary>Moves the photos back, those that were moved.</summary>
    /// <param name="cancellationToken">Looked at between photos.</param>
    /// <returns>How many were moved.</returns>
    /// <exception cref="IOException">A photo is not there, or cannot be moved; those before it have been.</exception>
    public int Undo(CancellationToken cancellationToken = default) =>
        Move(Moves.Select(move => (move.To, move.Path)), cancellationToken);

    private static int Move(IEnumerable<(string From, string To)> moves, CancellationToken cancellationToken)
    {
        int moved = 0;
        foreach ((string from, string to) in moves)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!File.Exists(from) && File.Exists(to))
            {
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to, overwrite: false);
            moved++;
        }

        return moved;
    }

    private static bool IsWithin(PlanFile plan, ImageMove move) => IsBelow(plan.Folder, move.Path) && IsBelow(plan.Aside, move.To);

    private static bool IsBelow(string folder, string? path)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        return !string.IsNullOrEmpty(path) && Path.GetFullPath(path).StartsWith(root, StringComparison.Ordinal);
    }

    private sealed record PlanFile(string Folder, string Aside, IReadOnlyList<ImageMove> Moves);
}

/// <summary>A photo that is set aside. Immutable and thread-safe.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Reason">Why.</param>
public sealed record ImageMove(string Path, string To, string Reason);

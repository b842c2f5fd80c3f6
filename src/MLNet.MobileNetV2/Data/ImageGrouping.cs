using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2;

/// <summary>
/// Which images of a folder belong together, as the photos of a burst or of one object do, so that they never stand on both sides of a
/// split. Immutable and thread-safe.
/// </summary>
public sealed class ImageGrouping
{
    private const string ParentName = "parent";
    private const string PrefixName = "prefix:";

    private readonly Regex? _prefix;

    private ImageGrouping(Regex? prefix) => _prefix = prefix;

    /// <summary>Images that lie in one folder below that of their class. One directly in the class's folder stands for itself.</summary>
    public static ImageGrouping Parent { get; } = new(prefix: null);

    /// <summary>
    /// Images whose file names begin with the same text, as a pattern finds it. One that it does not find anything in stands for itself.
    /// </summary>
    /// <param name="pattern">
    /// A regular expression without back-references and look-around, which is matched at the beginning of the name, for example
    /// <c>[^_]+</c> for what stands before the first underline.
    /// </param>
    /// <exception cref="ArgumentException">It is no such expression.</exception>
    public static ImageGrouping Prefix(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        try
        {
            return new(new Regex($"^(?:{pattern})", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException(
                $"The pattern '{pattern}' is no regular expression without back-references and look-around: {error.Message}",
                nameof(pattern),
                error);
        }
    }

    /// <summary>Reads <c>parent</c> or <c>prefix:</c> with a pattern.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static ImageGrouping Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == ParentName ? Parent
            : text.StartsWith(PrefixName, StringComparison.Ordinal) && text.Length > PrefixName.Length ? Prefix(text[PrefixName.Length..])
            : throw new ArgumentException(
                $"The grouping '{text}' is not known; '{ParentName}' or '{PrefixName}' with a regular expression is allowed.",
                nameof(text));
    }

    /// <summary>The group of an image; null where it stands for itself.</summary>
    /// <param name="path">Its path below the folder, '/' between its parts, the class first.</param>
    internal string? GroupOf(string path)
    {
        int slash = path.LastIndexOf('/');
        if (_prefix is null)
        {
            return slash > path.IndexOf('/', StringComparison.Ordinal) ? path[..slash] : null;
        }

        Match match = _prefix.Match(path[(slash + 1)..]);
        return match is { Success: true, Length: > 0 } ? match.Value : null;
    }
}

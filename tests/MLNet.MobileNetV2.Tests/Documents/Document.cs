using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>A README of the repository.</summary>
/// <param name="Path">Relative to the repository's root, with slashes.</param>
internal sealed partial record Document(string Path)
{
    private static readonly string[] s_places = ["src", "examples", "notebooks", "tests"];

    private static readonly EnumerationOptions s_twoLevels = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1 };

    /// <summary>All of them: the root's, and those of the folders and projects below it.</summary>
    public static IReadOnlyList<Document> All { get; } =
    [
        new("README.md"),
        .. s_places.SelectMany(place => Directory.EnumerateFiles(FullPathOf(place), "README.md", s_twoLevels))
            .Select(path => new Document(System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')))
            .OrderBy(document => document.Path, StringComparer.Ordinal),
    ];

    public string Text { get; } = File.ReadAllText(FullPathOf(Path));

    /// <summary>The blocks of C#.</summary>
    public IReadOnlyList<string> Programs => [.. CSharpBlock().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>The arguments of each line of a block that calls the command line.</summary>
    public IReadOnlyList<string> Commands => [.. Command().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>What the links point at.</summary>
    public IReadOnlyList<string> Links => [.. Link().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>The names that a link can give of the headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors => Heading().Matches(CodeBlock().Replace(Text, string.Empty))
        .Select(match => NotInAnchors().Replace(match.Groups[1].Value.ToLowerInvariant(), string.Empty).Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The full path of a target of a link in this document, without the name of a heading.</summary>
    public string Resolve(string target) => System.IO.Path.GetFullPath(
        System.IO.Path.Combine(FullPathOf(Path), "..", target.Split('#')[0]));

    private static string FullPathOf(string path) => System.IO.Path.Combine(Repository.Root, path);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^(?:    |\$ )mobilenetv2 (.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}

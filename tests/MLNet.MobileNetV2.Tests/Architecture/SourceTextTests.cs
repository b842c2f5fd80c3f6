using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Architecture;

/// <summary>Files and lines stay short enough to be read.</summary>
public sealed class SourceTextTests
{
    private const int MostLines = 300;
    private const int MostColumns = 140;

    private static readonly string[] s_left = ["bin", "obj", "artifacts"];

    [Fact]
    public void Sources_HaveAtMost300LinesOf140Characters()
    {
        string[] files =
        [
            .. ((string[])["src", "examples", "tests"]).SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Select(file => Path.GetRelativePath(Repository.Root, file))
                .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(s_left.Contains)),
        ];

        Assert.True(files.Length > 500, $"Only {files.Length} sources were found.");
        Assert.Empty(files.SelectMany(TooLong));
    }

    private static IEnumerable<string> TooLong(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, file));
        return lines.Index().Where(line => line.Item.Length > MostColumns).Select(line => $"{file}, line {line.Index + 1}")
            .Concat(lines.Length > MostLines ? [$"{file}, {lines.Length} lines"] : []);
    }
}

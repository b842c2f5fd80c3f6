using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

public partial class ReadmeTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void CodeBlocks_InOrder_Compile()
    {
        string[] blocks = [.. CSharpBlock().Matches(s_text).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(blocks);
        Assert.Empty(CSharpProgram.Errors(blocks));
    }

    [Theory]
    [InlineData("MLNet.MobileNetV2.Parquet")]
    [InlineData("MLNet.MobileNetV2.Sqlite")]
    public void CodeBlocks_OfAPackage_CompileEachAlone(string package)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", package, "README.md"));
        string[] blocks = [.. CSharpBlock().Matches(text).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Empty(CSharpProgram.Errors(["using System.Linq;", block])));
    }

    [Fact]
    public void Commands_NameTheTestCommandThatTheBuildRuns()
    {
        string build = File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run"));

        Assert.Contains("dotnet test -c Release", s_text, StringComparison.Ordinal);
        Assert.Contains("dotnet test -c Release", build, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_WithinTheRepository_LeadSomewhere() => Assert.All(
        Link().Matches(s_text).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)),
        target => Assert.True(Path.Exists(Path.Combine(Repository.Root, target.Split('#')[0])), target));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"\]\(([^)#][^)]*)\)")]
    private static partial Regex Link();
}

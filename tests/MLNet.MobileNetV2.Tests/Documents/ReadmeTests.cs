using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

public class ReadmeTests
{
    private const int MostUsings = 3;
    private const int MostLinesOfTheFirst = 150;

    private const string FrontDoor = """
        using Microsoft.ML;

        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder("flowers");
        using var model = mlContext.MulticlassClassification.Trainers.MobileNetV2().Fit(photos);
        mlContext.Model.Save(model, photos.Schema, "flowers.zip");
        """;

    private static readonly Document s_first = Document.All[0];

    public static TheoryData<string, int> Programs =>
        [.. Document.All.SelectMany(document => document.Programs.Select((_, index) => (document.Path, index)))];

    public static TheoryData<string> Commands => [.. Document.All.SelectMany(document => document.Commands).Distinct()];

    public static TheoryData<string> Paths => [.. Document.All.Select(document => document.Path)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_PastedAlone_CompilesWithoutAWarning_WithFewUsings(string path, int index)
    {
        string program = new Document(path).Programs[index];

        Assert.Empty(CSharpProgram.Problems(program));
        Assert.InRange(CSharpProgram.Usings(program).Count, 1, MostUsings);
    }

    [Theory]
    [InlineData("using System.Text; System.Console.WriteLine();", "CS8019")]
    [InlineData("class Photo { public string Path { get; set; } } System.Console.WriteLine();", "CS8803")]
    [InlineData("Console.WriteLine(new Photo().Path); class Photo { public string Path { get; set; } }", "CS8618")]
    public void Program_ThatAReaderWouldHaveToMend_HasProblems(string program, string expected) =>
        Assert.Contains(CSharpProgram.Problems(program), problem => problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Readme_OfTheRepository_IsShort_AndItsFirstProgramIsTheFrontDoor()
    {
        string[] lines = [.. s_first.Programs[0].TrimEnd().Split('\n').Select(line => line.Split("//")[0].TrimEnd())];

        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, s_first.Path)).Count(), 1, MostLinesOfTheFirst);
        Assert.Equal(FrontDoor.ReplaceLineEndings("\n"), string.Join('\n', lines));
    }

    [Fact]
    public void Commands_OfTheRepository_AreTheExampleAndThenTheTestsThatTheBuildRuns()
    {
        const string Tests = "dotnet test -c Release";
        int example = s_first.Text.IndexOf("\n    dotnet run -c Release --project examples/QuickStart\n", StringComparison.Ordinal);
        int tests = s_first.Text.IndexOf($"\n    {Tests}\n", StringComparison.Ordinal);

        Assert.InRange(example, 0, tests);
        Assert.Contains(Tests, File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }

    // What they name is not there, so that they fail at once: the question is whether the words are understood.
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_OfTheCommandLine_IsUnderstood(string command)
    {
        CliRun run = await CliRun.InProcessAsync(command.Replace("'", string.Empty, StringComparison.Ordinal).Split(' '));

        Assert.DoesNotContain("Try 'mobilenetv2", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Links_WithinTheRepository_LeadSomewhere(string path)
    {
        var document = new Document(path);

        Assert.All(document.Links.Where(target => !target.Contains("://", StringComparison.Ordinal)), target =>
        {
            string file = target.StartsWith('#') ? Path.Combine(Repository.Root, path) : document.Resolve(target);
            Assert.True(Path.Exists(file), target);
            if (target.Split('#') is [_, var heading])
            {
                Assert.Contains(heading, new Document(Path.GetRelativePath(Repository.Root, file)).Anchors);
            }
        });
    }

    // A package's README is read where the repository's other files are not.
    [Fact]
    public void Links_OfAPackagesReadme_StayInIt()
    {
        Document[] packed = [.. Document.All.Where(document => document.Path.StartsWith("src/", StringComparison.Ordinal))];

        Assert.Equal(5, packed.Length);
        Assert.All(packed, document => Assert.All(
            document.Links, target => Assert.True(target.StartsWith('#') || target.Contains("://", StringComparison.Ordinal), target)));
    }
}

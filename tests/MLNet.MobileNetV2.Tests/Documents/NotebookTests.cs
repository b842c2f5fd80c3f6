using System.Text.Json;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

public class NotebookTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "notebooks");

    public static TheoryData<string> Notebooks() => [.. Directory.GetFiles(s_folder, "*.ipynb").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task CodeCells_InOrder_Run(string notebook)
    {
        var session = new CSharpSession();
        foreach (string code in CodeCells(notebook))
        {
            // The kernel's own lines, which name the feed and the package that the tests reference directly, begin with '#'. Its current
            // folder is the notebook's.
            string script = string.Join('\n', code.Split('\n').Where(line => !line.StartsWith('#')))
                .Replace("\"../", $"\"{Repository.Root.Replace('\\', '/')}/", StringComparison.Ordinal);
            await session.RunAsync(script, TestContext.Current.CancellationToken);
        }

        MulticlassClassificationMetrics metrics = Assert.IsType<MulticlassClassificationMetrics>(session.Variable("metrics"));
        Assert.InRange(metrics.MicroAccuracy, 0.8, 1);
        Assert.False(File.Exists((string)session.Variable("modelPath")!));
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void FirstCodeCell_LoadsThePackageOfThisVersion(string notebook)
    {
        string version = typeof(MobileNetV2Catalog).Assembly.GetCustomAttributes(false)
            .OfType<System.Reflection.AssemblyInformationalVersionAttribute>().Single().InformationalVersion.Split('+')[0];

        Assert.Contains($"#r \"nuget: MLNet.MobileNetV2, {version}\"", CodeCells(notebook)[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void CodeCells_AreSavedWithoutOutputs(string notebook)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, notebook)));

        Assert.All(
            document.RootElement.GetProperty("cells").EnumerateArray().Where(IsCode),
            cell => Assert.Equal(0, cell.GetProperty("outputs").GetArrayLength()));
    }

    private static string[] CodeCells(string notebook)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, notebook)));
        return
        [
            .. document.RootElement.GetProperty("cells").EnumerateArray().Where(IsCode)
                .Select(cell => string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()))),
        ];
    }

    private static bool IsCode(JsonElement cell) => cell.GetProperty("cell_type").GetString() == "code";
}

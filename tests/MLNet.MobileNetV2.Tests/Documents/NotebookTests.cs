using System.Text.Json;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

public class NotebookTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "notebooks");

    public static TheoryData<string> Notebooks() => [.. Directory.GetFiles(s_folder, "*.ipynb").Select(path => Path.GetFileName(path))];

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

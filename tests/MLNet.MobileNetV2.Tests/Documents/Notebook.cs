using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>A notebook file: its pieces of code, and what is stored as their outputs.</summary>
internal sealed class Notebook(JsonNode document)
{
    // Jupyter's own way to write.
    private static readonly JsonSerializerOptions s_written = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // What the kernel shows of itself: the script that finds its port, and the packages' notebook extensions with their paths.
    private static readonly string[] s_ofKernel = ["dotnet-interactive-this-cell", "Loading extensions from"];

    public static Notebook Load(string path) => new(JsonNode.Parse(File.ReadAllBytes(path))!);

    /// <summary>The code of each code cell.</summary>
    public IReadOnlyList<string> Code => [.. CodeCells.Select(cell => Text(cell["source"]))];

    /// <summary>What each code cell shows, without what the kernel shows of itself.</summary>
    public IReadOnlyList<string> Outputs => [.. CodeCells.Select(cell => string.Concat(Shown(cell).Select(Text)))];

    private IEnumerable<JsonNode> CodeCells => document["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code")!;

    /// <summary>Stores the outputs of a run of the same notebook.</summary>
    public void Store(Notebook run, string path)
    {
        foreach ((JsonNode cell, JsonNode ran) in CodeCells.Zip(run.CodeCells))
        {
            cell["execution_count"] = ran["execution_count"]?.DeepClone();
            cell["outputs"] = new JsonArray([.. Shown(ran).Select(output => output.DeepClone())]);
        }

        File.WriteAllText(path, document.ToJsonString(s_written) + "\n");
    }

    private static IEnumerable<JsonNode> Shown(JsonNode cell) => cell["outputs"]!.AsArray()
        .Where(output => !s_ofKernel.Any(own => Text(output).Contains(own, StringComparison.Ordinal)))!;

    private static bool IsPicture(string type) => type.StartsWith("image/", StringComparison.Ordinal);

    // A text may be a list of lines; an output is a stream of text, or data by type.
    private static string Text(JsonNode? node) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(Text)),
        JsonObject output when output["data"] is JsonObject data && data.Any(entry => IsPicture(entry.Key)) => "(a picture)",
        JsonObject output => Text(output["text"] ?? output["data"]?["text/html"] ?? output["data"]?["text/plain"]),
        _ => (string?)node ?? string.Empty,
    };
}

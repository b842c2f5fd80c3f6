using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Serving.Http;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd.Labels;

/// <summary>A class has one name, whatever type its label was of, and whoever says it.</summary>
public sealed class LabelNameTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Types => LabelKind.Types;

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Name_OfAnyTypeOfLabel_IsTheSameEverywhere(string type)
    {
        using CommaCulture culture = new();
        LabelKind kind = LabelKind.All[type];
        using var model = new LabelModel(kind);
        string[] expected = [.. kind.Files.Select((_, index) => kind.Names[index / LabelKind.PerClass])];

        string[] predicted = model.Predicted;
        string[] served = Served(model, kind);
        string[] exported = await ExportedAsync(model);
        string[] named = await NamedAsync(model, kind);
        string[] evaluated = await EvaluatedAsync(model, kind);

        output.WriteLine($"| {type} | {predicted[0]} | {served[0]} | {exported[0]} | {named[0]} | {string.Join(", ", evaluated)} |");
        Assert.Multiple(
            () => Assert.Equal(expected, predicted),
            () => Assert.Equal(expected, served),
            () => Assert.Equal(kind.Names, exported),
            () => Assert.Equal(expected, named),
            () => Assert.Equal(kind.Names.Order(StringComparer.Ordinal), evaluated));
    }

    // The service answers with the predictor's names, whatever type they were of: what HTTP adds is the encoding of text.
    [Fact]
    public async Task Name_OverHttp_IsTheSame()
    {
        LabelKind kind = LabelKind.All["text"];
        using var model = new LabelModel(kind);

        Assert.Equal(kind.Files.Select((_, index) => kind.Names[index / LabelKind.PerClass]), await HttpAsync(model, kind));
    }

    private static string[] Served(LabelModel model, LabelKind kind)
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(model.Path);
        return [.. kind.Files.Select(file => predictor.Predict(file, cancellationToken: Token)[0].Label)];
    }

    private static async Task<string[]> ExportedAsync(LabelModel model)
    {
        string path = model.Path + ".onnx";
        CliRun run = await CliRun.InProcessAsync("export", model.Path, "--output", path);
        if (run.ExitCode != 0)
        {
            return [run.Error];
        }

        using var session = new InferenceSession(path);
        return JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["labels"])!;
    }

    private static async Task<string[]> HttpAsync(LabelModel model, LabelKind kind)
    {
        await using WebApiProcess service = await WebApiProcess.StartAsync(model.Path);
        var names = new List<string>();
        foreach (string file in kind.Files)
        {
            Answer answer = await Answer.OfAsync(service.Client, Answer.Body(await File.ReadAllBytesAsync(file, Token)));
            names.Add(answer.Predictions[0].Label);
        }

        return [.. names];
    }

    private static async Task<string[]> NamedAsync(LabelModel model, LabelKind kind)
    {
        CliRun run = await CliRun.InProcessAsync(["predict", model.Path, .. kind.Files, "--json"]);
        return run.ExitCode == 0 ? [.. run.JsonLines.Select(line => line.GetProperty("label").GetString()!)] : [run.Error];
    }

    // The folders are called as the classes are; every image lies in its own.
    private static async Task<string[]> EvaluatedAsync(LabelModel model, LabelKind kind)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && kind.Names.Any(name => name.Contains(':')), "Windows has no folder with a colon in its name.");
        using var folder = new TempFolder();
        foreach ((int index, string file) in kind.Files.Index())
        {
            string target = Directory.CreateDirectory(folder.File(kind.Names[index / LabelKind.PerClass])).FullName;
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        CliRun run = await CliRun.InProcessAsync("evaluate", model.Path, folder.Path, "--json");
        if (run.ExitCode != 0)
        {
            return [run.Error];
        }

        Assert.Equal(1, run.Json.GetProperty("accuracy").GetDouble());
        return [.. run.Json.GetProperty("classes").EnumerateArray().Select(name => name.GetString()!)];
    }
}

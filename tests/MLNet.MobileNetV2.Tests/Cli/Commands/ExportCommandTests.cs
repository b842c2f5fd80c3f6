using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class ExportCommandTests(TrainedModel model) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_OfATrainedModel_GivesThePredictionsOfPredict()
    {
        string path = await model.PathAsync();
        string output = _folder.File("model.onnx");
        string photo = Repository.SampleFiles(10).First(file => file.Contains("food", StringComparison.Ordinal));

        CliRun run = await CliRun.InProcessAsync("export", path, "--output", output);
        CliRun predicted = await CliRun.InProcessAsync("predict", path, photo, "--top", "3", "--json");

        Assert.Equal((0, $"{path} -> {output}\n", string.Empty), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(["model.onnx"], _folder.Names());
        using var session = new InferenceSession(output);
        string[] labels = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["labels"])!;
        float[] probabilities = Run(session, photo);
        foreach (JsonElement top in predicted.Json.GetProperty("top").EnumerateArray())
        {
            int index = Array.IndexOf(labels, top.GetProperty("label").GetString());
            Assert.Equal(top.GetProperty("score").GetDouble(), probabilities[index], 1e-5);
        }
    }

    [Fact]
    public async Task Export_OfNoModel_SaysWhatItIs()
    {
        string text = _folder.File("model.zip");
        await File.WriteAllTextAsync(text, "no model", TestContext.Current.CancellationToken);

        CliRun missing = await CliRun.InProcessAsync("export", _folder.File("none.zip"), "--output", _folder.File("model.onnx"));
        CliRun other = await CliRun.InProcessAsync("export", text, "--output", _folder.File("model.onnx"));

        Assert.Contains("none.zip' does not exist", missing.AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("is not a model that ML.NET can load", other.AssertFailed(1), StringComparison.Ordinal);
        Assert.Equal(["model.zip"], _folder.Names());
    }

    [Fact]
    public async Task Export_ToAFolderThatIsNotThere_FailsBeforeItLoadsTheModel()
    {
        CliRun run = await CliRun.InProcessAsync("export", "none.zip", "--output", _folder.File("none/model.onnx"));

        Assert.Contains("there is no folder", run.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfAModelWithoutAHead_NamesWhatIsMissing()
    {
        string path = _folder.File("features.zip");
        var mlContext = new Microsoft.ML.MLContext();
        Microsoft.ML.IDataView photos = mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using (var featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(photos))
        {
            mlContext.Model.Save(featurizer, photos.Schema, path);
        }

        CliRun run = await CliRun.InProcessAsync("export", path, "--output", _folder.File("model.onnx"));

        Assert.Contains("no trained classifier", run.AssertFailed(1), StringComparison.Ordinal);
        Assert.Equal(["features.zip"], _folder.Names());
    }

    [Fact]
    public async Task Export_WithoutOutput_IsWrongUsage() => (await CliRun.InProcessAsync("export", "model.zip")).AssertFailed(2);

    private static float[] Run(InferenceSession session, string photo)
    {
        ImagePreprocessing preprocessing = PretrainedModels.Embedded.Preprocessing;
        var preprocessor = new ImagePreprocessor(preprocessing);
        byte[] rgba = new byte[preprocessor.ByteCount];
        preprocessor.FromFile(photo, rgba);
        float[] pixels = new float[3 * preprocessing.Size * preprocessing.Size];
        PixelTensor.Fill(rgba, pixels, preprocessing.ChannelOrder);
        using var options = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, preprocessing.Size, preprocessing.Size]);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["pixels"], [input], ["probabilities"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Inputs;

/// <summary>What <c>evaluate</c> and <c>predict</c> do with files that are not models of theirs.</summary>
public sealed class ModelFileTests
{
    [Fact]
    public async Task Predict_WithAMissingModel_FailsNamingIt()
    {
        using var folder = new TempFolder();

        Assert.Equal(
            $"The model '{folder.File("gone.zip")}' does not exist; a file that mlContext.Model.Save or 'mobilenetv2 train' wrote is "
                + "needed.\n",
            await FailAsync(folder.File("gone.zip")));
    }

    [Fact]
    public async Task Predict_WithAFolderAsTheModel_FailsSayingSo()
    {
        using var folder = new TempFolder();

        Assert.StartsWith($"The model '{folder.Path}' is a folder;", await FailAsync(folder.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a zip archive")]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 cut short")]
    public async Task Predict_WithATextFileAsTheModel_FailsNamingIt(string content)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("model.zip"), content);

        string error = await FailAsync(folder.File("model.zip"));

        Assert.StartsWith($"The file '{folder.File("model.zip")}' is not a model that ML.NET can load: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAnotherZipArchiveAsTheModel_FailsNamingIt()
    {
        using var folder = new TempFolder();
        using (ZipArchive archive = ZipFile.Open(folder.File("model.zip"), ZipArchiveMode.Create))
        {
            archive.CreateEntry("notes.txt");
        }

        string error = await FailAsync(folder.File("model.zip"));

        Assert.StartsWith($"The file '{folder.File("model.zip")}' is not a model that ML.NET can load: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAnArchiveOfPhotosAsTheModel_SaysSoAndWhatToDoWithIt()
    {
        using var folder = new TempFolder();
        using var photos = new SampleFolder(2, "animal", "food");
        ZipFile.CreateFromDirectory(photos.Path, folder.File("photos.zip"));

        string error = await FailAsync(folder.File("photos.zip"));

        Assert.Contains("it is a zip archive with 4 images", error, StringComparison.Ordinal);
        Assert.Contains("mobilenetv2 train", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAnExportedFileAsTheModel_SaysThatItIsOnnx()
    {
        using var folder = new TempFolder();
        using var model = new TrainedModel();
        string path = folder.File("model.onnx");
        Assert.Equal(0, (await CliRun.InProcessAsync("export", await model.PathAsync(), "--output", path)).ExitCode);

        Assert.Contains("it is an ONNX file, as 'mobilenetv2 export' writes it", await FailAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAPictureAsTheModel_SaysSo() => Assert.Contains(
        "it is a WebP image", await FailAsync(Repository.SampleFiles(1)[0]), StringComparison.Ordinal);

    [Fact]
    public async Task Predict_WithAnAddressAsTheModel_SaysToDownloadIt() => Assert.StartsWith(
        "The model 'https://example.org/m.zip' is a URL, which is not downloaded: download it first",
        await FailAsync("https://example.org/m.zip"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Predict_WithATruncatedModel_FailsNamingIt()
    {
        using var folder = new TempFolder();
        using var model = new TrainedModel();
        byte[] bytes = File.ReadAllBytes(await model.PathAsync());
        File.WriteAllBytes(folder.File("model.zip"), bytes[..(bytes.Length / 2)]);

        string error = await FailAsync(folder.File("model.zip"));

        Assert.StartsWith($"The file '{folder.File("model.zip")}' is not a model that ML.NET can load: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAModelOfAnotherKind_FailsSayingWhatIsMissing()
    {
        using var folder = new TempFolder();
        var mlContext = new MLContext(seed: 1);
        Save(
            mlContext,
            mlContext.Transforms.Text.FeaturizeText("Features", "Review"),
            [new Review { Text = "fine" }],
            folder.File("text.zip"));
        Save(mlContext, mlContext.Transforms.CopyColumns("Copy", "ImagePath"), [new Photo()], folder.File("copy.zip"));

        string text = await FailAsync(folder.File("text.zip"));
        string copy = await FailAsync(folder.File("copy.zip"));

        Assert.StartsWith(
            $"The model '{folder.File("text.zip")}' is not an image classifier on a column ImagePath", text, StringComparison.Ordinal);
        Assert.Contains("Review", text, StringComparison.Ordinal);
        Assert.Contains("it has no column Score with a score for each class; its columns are ", copy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_WithAPipelineThatWasSavedWithItsLabelStep_Works()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        string path = photos.PathOf("pipeline.zip");
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromImageFolder(photos.Path);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.Embedded))
            .AppendCacheCheckpoint(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using (TransformerChain<Microsoft.ML.Transforms.KeyToValueMappingTransformer> model = pipeline.Fit(data))
        {
            mlContext.Model.Save(model, data.Schema, path);
        }

        CliRun run = await CliRun.InProcessAsync("evaluate", path, photos.Path, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(6, run.Json.GetProperty("images").GetInt32());
    }

    private static async Task<string> FailAsync(string model)
    {
        using var photos = new SampleFolder(1, "animal");
        string predict = (await CliRun.InProcessAsync("predict", model, photos.Path, "--json")).AssertFailed(1);
        string evaluate = (await CliRun.InProcessAsync("evaluate", model, photos.Path, "--json")).AssertFailed(1);
        Assert.Equal(predict, evaluate);
        return predict;
    }

    private static void Save<TRow>(MLContext mlContext, IEstimator<ITransformer> estimator, TRow[] rows, string path)
        where TRow : class
    {
        IDataView data = mlContext.Data.LoadFromEnumerable(rows);
        mlContext.Model.Save(estimator.Fit(data), data.Schema, path);
    }

    private sealed class Review
    {
        [ColumnName("Review")]
        public string Text { get; set; } = string.Empty;
    }

    private sealed class Photo
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}

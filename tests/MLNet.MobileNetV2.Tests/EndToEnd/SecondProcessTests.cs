using System.Text.Json;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>A model saved here and loaded by a process that knows the package and the file alone.</summary>
public class SecondProcessTests
{
    private const string Loader = "MLNet.MobileNetV2.Loader";

    [Theory]
    [InlineData("engine")]
    [InlineData("transform")]
    public async Task SavedModel_InASecondProcess_GivesTheSameScoresForEverySamplePhoto(string way)
    {
        using var folder = new TempFolder();
        using var temp = new TempFolder();
        string modelPath = folder.File("model.zip");
        string[] files = [.. Repository.SampleFiles(int.MaxValue)];
        PredictionRow[] expected = TrainAndSave(files, modelPath);

        ChildProcess child = await ChildProcess.RunAssemblyAsync(Loader, temp.Path, [modelPath, way, .. files]);

        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        PredictionRow[] found = Read(child);
        Assert.Equal(expected.Select(row => row.PredictedLabel), found.Select(row => row.PredictedLabel));
        Assert.InRange(Photos.MaxDifference([.. expected.Select(row => row.Score)], [.. found.Select(row => row.Score)]), 0, 1e-5);
        Assert.Empty(temp.Names());
    }

    [Fact]
    public async Task SavedModel_WhoseFeaturesReplacedTheirImagesBetweenOtherColumns_InASecondProcess_GivesTheSameScores()
    {
        using var folder = new TempFolder();
        using var temp = new TempFolder();
        var mlContext = new MLContext(seed: 1);
        string[] files = [.. Repository.SampleFiles(4)];
        IDataView data = SamplePipeline.WithKeys(mlContext, mlContext.Data.LoadFromEnumerable(files.Select(PhotoRow.Of)));
        ITransformer model = mlContext.Transforms.FeaturizeImageWithMobileNetV2("ImagePath", weights: WeightsSource.Embedded)
            .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head("Label", "ImagePath"))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        PredictionRow[] expected;
        using (model as IDisposable)
        {
            mlContext.Model.Save(model, data.Schema, folder.File("model.zip"));
            expected = SamplePipeline.Predict(mlContext, model, data);
        }

        ChildProcess child = await ChildProcess.RunAssemblyAsync(Loader, temp.Path, [folder.File("model.zip"), "transform", .. files]);

        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        PredictionRow[] found = Read(child);
        Assert.Equal(files.Select(file => Path.GetFileName(Path.GetDirectoryName(file))), expected.Select(row => row.PredictedLabel));
        Assert.Equal(expected.Select(row => row.PredictedLabel), found.Select(row => row.PredictedLabel));
        Assert.InRange(Photos.MaxDifference([.. expected.Select(row => row.Score)], [.. found.Select(row => row.Score)]), 0, 1e-5);
    }

    [Fact]
    public async Task TrainingProcess_LeavesNoTemporaryFile()
    {
        using var folder = new TempFolder();
        using var temp = new TempFolder();

        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            "mobilenetv2", temp.Path, "train", Repository.SamplePhotos, "--output", folder.File("model.zip"), "--weights", "embedded");

        // A slow machine is told how far the training is.
        Assert.Equal(0, child.ExitCode);
        Assert.All(
            child.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("training: ", line, StringComparison.Ordinal));
        Assert.Equal(["model.zip"], folder.Names());
        Assert.Empty(temp.Names());
    }

    private static PredictionRow[] Read(ChildProcess child) =>
        [
            .. child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
                line => JsonSerializer.Deserialize<PredictionRow>(line)!),
        ];

    private static PredictionRow[] TrainAndSave(string[] files, string modelPath)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(files.Select(PhotoRow.Of).ToArray());
        ITransformer model = SamplePipeline.Scoring(mlContext).Fit(SamplePipeline.WithKeys(mlContext, data));
        using (model as IDisposable)
        {
            mlContext.Model.Save(model, data.Schema, modelPath);
            return SamplePipeline.Predict(mlContext, model, data);
        }
    }
}

using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Tests.Cli;
using TrainTestData = Microsoft.ML.DataOperationsCatalog.TrainTestData;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>A folder, a fraction and a seed mean the same images, whoever holds them out.</summary>
public sealed class OneSplitTests : IDisposable
{
    private const double Fraction = 0.2;

    private readonly SampleFolder _photos = new(11, "animal", "food", "vehicle");

    public void Dispose() => _photos.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task HeldOutPaths_OfApiCommandLineAndFeatureFiles_AreTheSame(int seed, bool hasBadPhotos)
    {
        if (hasBadPhotos)
        {
            // The last class's last files: feature files are without them, and nothing after them moves.
            _photos.AddClass("vehicle/z", "vehicle", 0);
            File.WriteAllText(_photos.PathOf("vehicle/z/bad.png"), "no image");
        }

        var mlContext = new MLContext(seed);
        string[] expected = Held(mlContext.Data.StratifiedTrainTestSplit(mlContext.Data.LoadFromImageFolder(_photos.Path), Fraction));

        Assert.Equal(expected, CommandLine(seed));
        Assert.Equal(
            expected,
            Held(new MLContext().Data.StratifiedTrainTestSplit(mlContext.Data.LoadFromImageFolder(_photos.Path), Fraction, seed: seed)));
        Assert.NotEqual(expected, CommandLine(seed + 1));
        if (!hasBadPhotos)
        {
            string file = _photos.PathOf(".features.parquet");
            Assert.Equal(0, (await CliRun.InProcessAsync("featurize", _photos.Path, "-o", file, "--weights", "embedded")).ExitCode);
            Assert.Equal(expected, Held(mlContext.Data.StratifiedTrainTestSplit(mlContext.Data.LoadFromFeatureFiles(file), Fraction)));
        }
    }

    [Fact]
    public void HeldOutPaths_OfAContextWithoutASeed_AreThoseOfTheCommandLinesDefault()
    {
        var mlContext = new MLContext();

        Assert.Equal(
            CommandLine(seed: 1),
            Held(mlContext.Data.StratifiedTrainTestSplit(mlContext.Data.LoadFromImageFolder(_photos.Path), Fraction)));
    }

    [Fact]
    public async Task Accuracy_OfTheReadmesPipeline_IsThatOfTrain()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder(_photos.Path);
        ITransformer toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos);
        TrainTestData split = mlContext.Data.StratifiedTrainTestSplit(toKey.Transform(photos), testFraction: 0.2);
        using var model = mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.Embedded)
            .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head("Label", "Features"))
            .Fit(split.TrainSet);
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

        CliRun train = await CliRun.InProcessAsync(
            "train", _photos.Path, "-o", _photos.PathOf(".m.zip"), "--weights", "embedded", "--validation", "0.2", "--seed", "1", "--json",
            "--l2", "0.1", "--no-calibration");

        Assert.Equal(metrics.MicroAccuracy, train.Json.GetProperty("validationAccuracy").GetDouble(), 1e-9);
        JsonElement validation = train.Json.GetProperty("validation");
        Assert.Equal(metrics.LogLoss, validation.GetProperty("logLoss").GetDouble(), 1e-4);
        Assert.Equal(
            metrics.ConfusionMatrix.Counts.Select(row => row.Select(count => (int)count)), validation.GetProperty(
                "confusion").Deserialize<int[][]>()!);
    }

    private string[] CommandLine(int seed) =>
    [
        .. FolderImages.Read(
            _photos.Path, new() { ValidationFraction = Fraction, Seed = seed }, TestContext.Current.CancellationToken).Validation
            .Select(file => Path.GetFullPath(file.ImagePath)),
    ];

    private static string[] Held(TrainTestData split) =>
        [.. split.TestSet.GetColumn<string>("ImagePath").Select(path => Path.GetFullPath(path))];
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

public sealed class MobileNetV2DetectorTrainerTests : IDisposable
{
    private static readonly DetectorTrainingOptions s_quick = new()
    {
        Blocks = FineTuneBlocks.HeadOnly, Epochs = 1, BatchSize = 4, Augmentation = DetectionAugmentation.None,
    };

    private readonly ShapesFolder _shapes = new(pictures: 8);
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _shapes.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Train_AFewPictures_FindsTheirObjects()
    {
        DetectorModel model = Train(s_quick with { Epochs = 30, HeadLearningRate = 2e-3 });
        string path = Path.Combine(_folder.Path, "model.safetensors");
        model.Save(path);

        DetectorModel loaded = DetectorModel.Load(path);

        Assert.Equal(["square", "disc"], loaded.Labels);
        DetectionReport report = MobileNetV2DetectorTrainer.Evaluate(loaded, _shapes.Dataset, Token);
        Assert.True(report.MeanAveragePrecision50 > 0.9, $"mAP is {report.MeanAveragePrecision50}.");
        using MobileNetV2Detector first = MobileNetV2Detector.Create(model, new() { Threshold = 0.2f });
        using MobileNetV2Detector second = MobileNetV2Detector.Create(loaded, new() { Threshold = 0.2f });
        Assert.Equal(model.Labels, second.Labels);
        string photo = _shapes.Dataset.Images[0].ImagePath;
        Assert.NotEmpty(first.Detect(photo, Token));
        Assert.Equal(first.Detect(photo, Token), second.Detect(photo, Token));
        AssertPipelineFinds(loaded, photo, first.Detect(photo, Token));
    }

    [Fact]
    public void Train_FittedAnchors_AreInTheFile()
    {
        DetectorModel model = Train(s_quick with { FitsAnchors = true });
        string path = Path.Combine(_folder.Path, "model.safetensors");
        model.Save(path);

        Assert.Equal(model.Weights.Anchors.Anchors, DetectorModel.Load(path).Weights.Anchors.Anchors);
        Assert.NotNull(model.Weights.OwnShapes);
    }

    [Fact]
    public void Train_FolderWithACheckpoint_IsRefusedBeforeAnyWork()
    {
        DetectorTrainingOptions options = s_quick with { Checkpoint = new(_folder.Path) };
        File.WriteAllText(Path.Combine(_folder.Path, "checkpoint.safetensors"), "");

        Assert.Contains("already exists", Assert.Throws<CheckpointException>(() => Train(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ArgumentNotAllowed_NamesIt()
    {
        Assert.Throws<ArgumentNullException>("dataset", () => MobileNetV2DetectorTrainer.Train(null!, cancellationToken: Token));
        Assert.Contains("Steps", Assert.ThrowsAny<ArgumentException>(() => Train(new() { Steps = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("model", () => MobileNetV2DetectorTrainer.Evaluate(null!, _shapes.Dataset, Token));
        Assert.Throws<ArgumentNullException>("model", () => MobileNetV2Detector.Create(null!));
    }

    [Fact]
    public void Load_FileThatIsNoModel_SaysWhatIsWrong()
    {
        string path = Path.Combine(_folder.Path, "other.safetensors");
        File.WriteAllText(path, "nothing");

        Assert.Contains(path, Assert.Throws<WeightsFormatException>(() => DetectorModel.Load(path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => DetectorModel.Load(Path.Combine(_folder.Path, "missing")));
        Assert.Throws<ArgumentException>("path", () => DetectorModel.Load(" "));
    }

    // Before and after the pipeline is saved and loaded.
    private void AssertPipelineFinds(DetectorModel model, string photo, IReadOnlyList<DetectedObject> expected)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromEnumerable([new PhotoRow { ImagePath = photo }]);
        using MobileNetV2DetectionTransformer transformer = mlContext.Transforms
            .DetectObjectsWithMobileNetV2(new() { Model = model, Threshold = 0.2f }).Fit(photos);
        string zip = Path.Combine(_folder.Path, "model.zip");
        mlContext.Model.Save(transformer, photos.Schema, zip);
        ITransformer loaded = mlContext.Model.Load(zip, out _);

        foreach (ITransformer one in (ITransformer[])[transformer, loaded])
        {
            IDataView found = one.Transform(photos);
            Assert.Equal(expected.Select(item => item.Label), found.GetColumn<string[]>("PredictedLabel").Single());
            Assert.Equal(expected.Select(item => item.Score), found.GetColumn<float[]>("Score").Single());
        }

        (loaded as IDisposable)?.Dispose();
    }

    private DetectorModel Train(DetectorTrainingOptions options) =>
        MobileNetV2DetectorTrainer.Train(_shapes.Dataset, options, cancellationToken: Token);
}

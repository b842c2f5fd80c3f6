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
        DetectionReport report = MobileNetV2DetectorTrainer.Evaluate(loaded, _shapes.Dataset, cancellationToken: Token);
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
    public void Evaluate_OfADataSetWithUnusableBoxes_LeavesThemOut()
    {
        DetectorModel model = Train(s_quick with { Steps = 1, Epochs = null });
        DetectionDataset data = _shapes.With(new("square", new BoundingBox(10, 10, 40, 40)), new("other", new BoundingBox(0, 0, 9, 9)));
        int measured = 0;

        DetectionReport report = MobileNetV2DetectorTrainer.Evaluate(
            model, data, new DirectProgress<int>(_ => Interlocked.Increment(ref measured)), Token);

        Assert.Equal((data.Images.Count, data.Images.Count), (report.Boxes, measured));
        Assert.Contains(
            "has no usable box of the classes square, disc",
            Assert.Throws<ArgumentException>(() => MobileNetV2DetectorTrainer.Evaluate(model, _shapes.With(), cancellationToken: Token))
                .Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WhereNoEpochFindsAnything_GivesWhatWasTrained()
    {
        // Boxes of which no part is ever found: all epochs tie with the start.
        DetectionDataset nowhere = _shapes.With(new LabelledBox("square", new BoundingBox(0, 0, 2, 2)));
        DetectorTrainingOptions options = s_quick with { Epochs = 1 };

        DetectorModel validated = MobileNetV2DetectorTrainer.Train(_shapes.Dataset, options, nowhere, cancellationToken: Token);

        Assert.Equal(0, MobileNetV2DetectorTrainer.Evaluate(validated, nowhere, cancellationToken: Token).MeanAveragePrecision50);
        Assert.Equal(Bias(Train(options)), Bias(validated));

        static float[] Bias(DetectorModel model) => model.Weights.Tensors["classes.0.1.bias"].Values.ToArray();
    }

    [Fact]
    public void Load_OfAModelsFile_MakesADetector()
    {
        string path = Path.Combine(_folder.Path, "model.safetensors");
        Train(s_quick with { Steps = 1, Epochs = null }).Save(path);
        string photo = _shapes.Dataset.Images[0].ImagePath;

        using MobileNetV2Detector detector = MobileNetV2Detector.Load(path, new() { Threshold = 0.001f });
        using MLImage image = MLImage.CreateFromFile(photo);

        Assert.Equal(["square", "disc"], detector.Labels);
        Assert.Equal(detector.Detect(photo, Token), detector.Detect(image, Token));
        Assert.Throws<FileNotFoundException>(() => MobileNetV2Detector.Load(Path.Combine(_folder.Path, "gone")));
    }

    [Fact]
    public void Train_ArgumentNotAllowed_NamesIt()
    {
        Assert.Throws<ArgumentNullException>("dataset", () => MobileNetV2DetectorTrainer.Train(null!, cancellationToken: Token));
        Assert.Contains("Steps", Assert.ThrowsAny<ArgumentException>(() => Train(new() { Steps = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(
            "model", () => MobileNetV2DetectorTrainer.Evaluate(null!, _shapes.Dataset, cancellationToken: Token));
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

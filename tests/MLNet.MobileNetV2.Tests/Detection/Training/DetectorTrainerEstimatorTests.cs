using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

/// <summary>The trainer of detectors as an estimator of a pipeline.</summary>
public sealed class DetectorTrainerEstimatorTests : IDisposable
{
    private static readonly DetectorTrainingOptions s_quick = new()
    {
        Blocks = FineTuneBlocks.HeadOnly, Epochs = 2, BatchSize = 4, Augmentation = DetectionAugmentation.None,
    };

    private readonly ShapesFolder _shapes = new(pictures: 8);
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly ConcurrentQueue<string> _warnings = new();

    public DetectorTrainerEstimatorTests() => _mlContext.Log += (_, message) =>
    {
        if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
        {
            _warnings.Enqueue(message.RawMessage);
        }
    };

    public static TheoryData<MobileNetV2DetectorTrainerOptions, string> Impossible() => new()
    {
        { new() { LabelColumnName = "" }, "LabelColumnName" },
        { new() { BoundingBoxColumnName = " " }, "BoundingBoxColumnName" },
        { new() { Detection = new() { Threshold = 2 } }, "Threshold is 2" },
        { new() { Detection = new() { Model = DetectorModel.Coco } }, "Detection.Model is given; it must be null" },
        { new() { Training = new() { Steps = 0 } }, "Steps is 0" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IDataView Rows => _mlContext.Data.LoadFromDetectionDataset(_shapes.Dataset);

    public void Dispose()
    {
        _shapes.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Fit_OnRowsOfADataSet_GivesTheModelThatTheDataSetDoes_AlsoAfterLoading()
    {
        DetectorTrainingOptions training = s_quick with { Epochs = 30, HeadLearningRate = 2e-3 };
        DetectionDataset whole = WholePixels();
        DetectorModel expected = MobileNetV2DetectorTrainer.Train(whole, training, cancellationToken: Token);
        var progress = new List<DetectorTrainingProgress>();
        MobileNetV2DetectorTrainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(new()
        {
            Training = training,
            Detection = new() { Threshold = 0.2f },
            Progress = new DirectProgress<DetectorTrainingProgress>(progress.Add),
        });

        IDataView keyed = Keyed(_mlContext.Data.LoadFromDetectionDataset(whole));
        using MobileNetV2DetectionTransformer model = trainer.Fit(keyed);

        Assert.Equal(expected.Labels, model.Labels);
        using MobileNetV2Detector detector = MobileNetV2Detector.Create(expected, new() { Threshold = 0.2f });
        string zip = _folder.File("model.zip");
        _mlContext.Model.Save(model, keyed.Schema, zip);
        ITransformer loaded = _mlContext.Model.Load(zip, out _);
        using var disposal = loaded as IDisposable;
        foreach (ITransformer one in (ITransformer[])[model, loaded])
        {
            Found[] rows = [.. _mlContext.Data.CreateEnumerable<Found>(one.Transform(keyed), reuseRowObject: false)];
            Assert.Contains(rows, row => row.Score.Length > 0);
            foreach (Found row in rows)
            {
                IReadOnlyList<DetectedObject> objects = detector.Detect(row.ImagePath, Token);
                Assert.Equal(objects.Select(found => found.Label), row.PredictedLabel);
                Assert.Equal(objects.Select(found => found.Score), row.Score);
                Assert.Equal(
                    objects.SelectMany(found => (float[])[found.Box.X, found.Box.Y, found.Box.Right, found.Box.Bottom]),
                    row.PredictedBoundingBoxes);
            }
        }

        Assert.Equal((30, 30), (progress[^1].Epoch, progress[^1].Epochs));
        Assert.All(_warnings, warning => Assert.Contains("usable boxes", warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("image")]
    public void Fit_OnImagesWithoutFiles_GivesTheModelThatFilesDo(string kind)
    {
        using MobileNetV2DetectionTransformer expected = Trainer("ImagePath").Fit(Rows);
        IDataView rows = kind == "bytes"
            ? _mlContext.Data.LoadFromEnumerable(_shapes.Dataset.Images.Select(image => new EncodedRow
            {
                Picture = File.ReadAllBytes(image.ImagePath), Label = Labels(image), BoundingBoxes = Edges(image),
            }))
            : _mlContext.Transforms.LoadImages("Picture", null, "ImagePath").Fit(Rows).Transform(Rows);

        using MobileNetV2DetectionTransformer model = Trainer("Picture").Fit(rows);

        Assert.Equal(
            expected.Transform(Rows).GetColumn<float[]>("Score").SelectMany(scores => scores),
            model.Transform(rows).GetColumn<float[]>("Score").SelectMany(scores => scores));
    }

    [Fact]
    public void Fit_InAPipelineWithAValidationSet_ReportsItsPrecision()
    {
        var progress = new List<DetectorTrainingProgress>();
        MobileNetV2DetectorTrainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(new()
        {
            LabelColumnName = "Names",
            BoundingBoxColumnName = "Boxes",
            Detection = new() { InputColumnName = "Photo" },
            Training = s_quick,
            ValidationSet = Renamed(Rows),
            Progress = new DirectProgress<DetectorTrainingProgress>(progress.Add),
        });
        IDataView rows = Renamed(Rows);

        ITransformer chain = new EstimatorChain<ITransformer>().Append(trainer).Fit(rows);
        using var disposal = chain as IDisposable;

        Assert.Contains(progress, step => step.MeanAveragePrecision50 is >= 0);
        Assert.Equal(
            chain.GetOutputSchema(rows.Schema).Select(column => column.Name).Distinct().Order(),
            trainer.GetOutputSchema(SchemaShapes.Of(rows)).Select(column => column.Name).Order());
    }

    [Fact]
    public void Fit_OnABadImage_ThrowsWithItsName_OrLeavesItOutAndReportsIt()
    {
        var bad = new List<BadImage>();
        IDataView rows = WithRow("none.png", ["disc"], [1, 1, 9, 9]);

        BadImageException error = Assert.Throws<BadImageException>(() => Trainer("ImagePath").Fit(rows));
        using MobileNetV2DetectionTransformer model = _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(new()
        {
            Training = s_quick,
            Detection = new() { OnBadImage = BadImageHandling.MissingFeatures, BadImageFound = bad.Add, Threshold = 0.001f },
        }).Fit(rows);

        Assert.Equal("none.png", error.Path);
        Assert.Equal(["none.png"], bad.Select(image => image.Path));
        Assert.Empty(model.Transform(rows).GetColumn<float[]>("Score").First());
    }

    [Fact]
    public void Fit_OnAPictureWithoutAFileThatIsBad_NamesItsRow()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(
            [new EncodedRow { Picture = [1, 2], Label = ["a"], BoundingBoxes = [0, 0, 1, 1] }]);

        Assert.Contains(
            "row 1 of the rows to train on",
            Assert.Throws<BadImageException>(() => Trainer("Picture").Fit(rows)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OnABoxThatCannotBeUsed_LeavesItOutAndWarns()
    {
        string photo = _shapes.Dataset.Images[0].ImagePath;
        IDataView rows = WithRow(photo, ["disc", "", "disc"], [1, 1, 9, 9, 1, 1, 9, 9, float.NaN, 0, 1, 1]);

        using MobileNetV2DetectionTransformer model = Trainer("ImagePath").Fit(rows);

        Assert.Equal(["disc", "square"], model.Labels);
        Assert.Contains(_warnings, warning => warning.Contains("is of none of the classes", StringComparison.Ordinal));
        Assert.Contains(_warnings, warning => warning.Contains("a number that is not finite", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_WhereLabelsAndBoxesDoNotMatch_NamesTheRow()
    {
        IDataView rows = WithRow("a.png", ["disc", "disc"], [1, 1, 9, 9]);

        Assert.Contains(
            "'a.png' has 2 labels and 4 numbers of boxes; 8 are needed",
            Assert.Throws<ArgumentException>(() => Trainer("ImagePath").Fit(rows)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone", "BoundingBoxes", "The label column 'gone' is missing")]
    [InlineData("Label", "gone", "The bounding box column 'gone' is missing")]
    [InlineData("ImagePath", "BoundingBoxes", "a vector of text or of keys")]
    [InlineData("BoundingBoxes", "BoundingBoxes", "a vector of text or of keys")]
    [InlineData("Label", "Label", "as Vector<Single>")]
    public void Fit_OnColumnsOfOtherTypes_SaysWhatIsNeeded(string label, string boxes, string message)
    {
        MobileNetV2DetectorTrainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(label, boxes);

        Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Fit(Rows)).Message, StringComparison.Ordinal);
        Assert.Contains(
            message,
            Assert.Throws<ArgumentException>(() => trainer.GetOutputSchema(SchemaShapes.Of(Rows))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void MobileNetV2Detector_WithAnImpossibleOption_NamesIt(MobileNetV2DetectorTrainerOptions options, string message) =>
        Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(options)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Fit_ThatIsCancelled_Stops()
    {
        MobileNetV2DetectorTrainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(
            new() { Training = s_quick, CancellationToken = new(canceled: true) });

        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(Rows));
    }

    private MobileNetV2DetectorTrainer Trainer(string image) => _mlContext.MulticlassClassification.Trainers.MobileNetV2Detector(
        new() { Training = s_quick, Detection = new() { InputColumnName = image, Threshold = 0.001f } });

    // Edges of whole pixels are the same numbers however a box is written.
    private DetectionDataset WholePixels() => new(
        _shapes.Dataset.Path,
        _shapes.Dataset.Format,
        _shapes.Dataset.Classes,
        [
            .. _shapes.Dataset.Images.Select(image => image with
            {
                Boxes = [.. image.Boxes.Select(box => box with
                {
                    Box = new(MathF.Round(box.Box.X), MathF.Round(box.Box.Y), MathF.Round(box.Box.Width), MathF.Round(box.Box.Height)),
                })],
            }),
        ]);

    // Texts would be in ordinal order; the data set has its classes in another.
    private IDataView Keyed(IDataView rows)
    {
        IDataView classes = _mlContext.Data.LoadFromEnumerable(_shapes.Dataset.Classes.Select(name => new ClassRow { Name = name }));
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: classes).Fit(rows).Transform(rows);
    }

    private IDataView Renamed(IDataView rows) => _mlContext.Transforms.CopyColumns("Photo", "ImagePath")
        .Append(_mlContext.Transforms.CopyColumns("Names", "Label"))
        .Append(_mlContext.Transforms.CopyColumns("Boxes", "BoundingBoxes"))
        .Append(_mlContext.Transforms.SelectColumns("Photo", "Names", "Boxes"))
        .Fit(rows).Transform(rows);

    private IDataView WithRow(string path, string[] labels, float[] edges) => _mlContext.Data.LoadFromEnumerable(
        (FileRow[])
        [
            new() { ImagePath = path, Label = labels, BoundingBoxes = edges },
            .. _shapes.Dataset.Images.Select(
                image => new FileRow { ImagePath = image.ImagePath, Label = Labels(image), BoundingBoxes = Edges(image) }),
        ]);

    private static string[] Labels(DetectionImage image) => [.. image.Boxes.Select(box => box.Label)];

    private static float[] Edges(DetectionImage image) =>
        [.. image.Boxes.SelectMany(box => (float[])[box.Box.X, box.Box.Y, box.Box.Right, box.Box.Bottom])];

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }

    private sealed class EncodedRow
    {
        public byte[] Picture { get; set; } = [];

        public string[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }

    private sealed class ClassRow
    {
        public string Name { get; set; } = string.Empty;
    }

    private sealed class Found
    {
        public string ImagePath { get; set; } = string.Empty;

        public string[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}

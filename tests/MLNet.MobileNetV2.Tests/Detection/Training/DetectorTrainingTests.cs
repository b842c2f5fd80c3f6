using MLNet.MobileNetV2.Detection.Training;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Tests.Detection.Training.Gradients;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

/// <summary>Trainings of a narrow detector on a few pictures.</summary>
public sealed class DetectorTrainingTests : IDisposable
{
    private static readonly DetectorTrainingOptions s_plain = new()
    {
        Blocks = FineTuneBlocks.HeadOnly,
        Epochs = 3,
        BatchSize = 4,
        WeightAverageDecay = 0.5,
        ThreadCount = 2,
    };

    private static readonly DetectionWeights s_start = DetectorCase.Create(31, PaddingFlavor.TensorFlowSame);

    private readonly ShapesFolder _shapes = new(pictures: 6);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _shapes.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<DetectorTrainingOptions> Trainings =>
    [
        s_plain,
        s_plain with { Loss = DetectionLoss.Focal, Blocks = 1, FitsAnchors = true, Augmentation = DetectionAugmentation.None },
        s_plain with { Blocks = FineTuneBlocks.All, HeadEpochs = 1 },
        s_plain with { Blocks = 4, ViewsPerImage = 2, WeightAverageDecay = 0 },
    ];

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Run_Stopped_ResumesToTheSameWeights(DetectorTrainingOptions options)
    {
        DetectionWeights expected = Train(options);
        DetectorTrainingOptions saved = options with { ThreadCount = 1, Checkpoint = new(_folder.Path) { Resume = true, EverySteps = 1 } };
        using var stop = new CancellationTokenSource();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Train(
            saved, new DirectProgress<DetectorTrainingProgress>(progress => Stop(progress.Step > 0)), token: stop.Token));

        DetectionWeights resumed = Train(saved);

        AssertEqual(expected, resumed);
        AssertEqual(expected, Train(saved));

        void Stop(bool isStep)
        {
            steps += isStep ? 1 : 0;
            if (steps == 4)
            {
                stop.Cancel();
            }
        }
    }

    [Theory]
    [InlineData(0, 36)]
    [InlineData(1, 40)]
    [InlineData(-1, 63)]
    public void Run_AnyBlocks_ChangesTheirTensorsAlone(int blocks, int layers)
    {
        FineTuneBlocks trained = blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks);
        DetectionWeights start = DetectorStart.Create(s_start, _shapes.Dataset.Classes, shapes: null, s_plain.Seed);

        DetectionWeights result = Train(s_plain with { Blocks = trained, WeightAverageDecay = 0, Epochs = 6 });

        string[] changed = [.. result.Tensors.Keys.Where(
            name => !result.Tensors[name].Values.Span.SequenceEqual(start.Tensors[name].Values.Span))];
        Assert.All(changed, name => Assert.True(blocks != 0 || !name.StartsWith("features.", StringComparison.Ordinal)));
        Assert.All(changed, name => Assert.True(blocks != 1 || !name.StartsWith("features.8", StringComparison.Ordinal)));
        Assert.Equal(layers, changed.Count(name => name.EndsWith(".weight", StringComparison.Ordinal)));
        Assert.Equal(blocks < 0, changed.Contains("features.0.0.weight"));
    }

    [Fact]
    public void Run_FittedAnchors_KeepsThemInTheWeights()
    {
        using var shapes = new ShapesFolder(pictures: 30);

        DetectionWeights fitted = Train(s_plain with { FitsAnchors = true, Epochs = 1 }, dataset: shapes.Dataset);

        Assert.NotNull(fitted.OwnShapes);
        Assert.NotEqual(s_start.Anchors.Anchors, fitted.Anchors.Anchors);
        Assert.Null(Train(s_plain with { Epochs = 1 }).OwnShapes);
    }

    [Fact]
    public void Run_AnyLongTraining_LowersTheLoss()
    {
        foreach (DetectionLoss loss in Enum.GetValues<DetectionLoss>())
        {
            List<double> losses = [];
            Train(
                s_plain with { Epochs = 25, Loss = loss, HeadLearningRate = 2e-2 },
                new DirectProgress<DetectorTrainingProgress>(progress => Add(losses, progress)));

            Assert.Equal(25, losses.Count);
            Assert.True(losses[^1] < 0.8 * losses[0], $"{losses[0]} became {losses[^1]}.");
        }

        static void Add(List<double> losses, DetectorTrainingProgress progress)
        {
            if (progress.Step == progress.Steps)
            {
                losses.Add(progress.Loss!.Value);
            }
        }
    }

    [Fact]
    public void Run_WithPhotosToValidateOn_ReportsTheirPrecision()
    {
        List<DetectorTrainingProgress> reports = [];

        Train(s_plain with { ValidationShare = 0.4 }, new DirectProgress<DetectorTrainingProgress>(reports.Add));

        // Of four photos there is a step an epoch.
        Assert.Equal([0, 1, 2, 3], reports.Select(report => report.Epoch));
        Assert.All(reports, report => Assert.InRange(report.MeanAveragePrecision50!.Value, 0, 1));
    }

    [Fact]
    public void Run_RatesFarTooHigh_SaysThatItDiverged()
    {
        DetectorTrainingOptions options = s_plain with { HeadLearningRate = 1e18, Epochs = 9 };

        Assert.Contains("finite", Assert.Throws<TrainingDivergedException>(() => Train(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CheckpointOfAnotherTraining_IsRefused()
    {
        DetectorTrainingOptions saved = s_plain with { Checkpoint = new(_folder.Path) { Resume = true } };
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(
            saved with { Epochs = 4 },
            new DirectProgress<DetectorTrainingProgress>(progress => Stop(progress.Epoch == 2)),
            token: stop.Token));

        Refuse("options (Epochs)", saved);
        Refuse("options (Blocks, Epochs)", saved with { Blocks = 1 });
        Refuse("images", saved with { Epochs = 4 }, _shapes.With(new LabelledBox("disc", new(10, 20, 30, 40))));

        void Refuse(string difference, DetectorTrainingOptions options, DetectionDataset? dataset = null) => Assert.Contains(
            difference, Assert.Throws<CheckpointException>(() => Train(options, dataset: dataset)).Message, StringComparison.Ordinal);

        void Stop(bool isTime)
        {
            if (isTime)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Run_PhotoGoneSinceTheCheck_NamesIt()
    {
        DetectorData data = DetectorData.Of(_shapes.Dataset, null, s_plain, TestContext.Current.CancellationToken);
        string path = data.Training[2].ImagePath;
        File.Delete(path);

        BadImageException error = Assert.Throws<BadImageException>(
            () => new DetectorTraining(s_start, data, s_plain).Run(progress: null, TestContext.Current.CancellationToken));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private DetectionWeights Train(
        DetectorTrainingOptions options,
        IProgress<DetectorTrainingProgress>? progress = null,
        DetectionDataset? dataset = null,
        CancellationToken? token = null)
    {
        CancellationToken stop = token ?? TestContext.Current.CancellationToken;
        DetectorData data = DetectorData.Of(dataset ?? _shapes.Dataset, null, options, CancellationToken.None);
        return new DetectorTraining(s_start, data, options).Run(progress, stop);
    }

    private static void AssertEqual(DetectionWeights expected, DetectionWeights found)
    {
        foreach ((string name, WeightTensor tensor) in expected.Tensors)
        {
            Assert.Equal(tensor.Values.ToArray(), found.Tensors[name].Values.ToArray());
        }
    }
}

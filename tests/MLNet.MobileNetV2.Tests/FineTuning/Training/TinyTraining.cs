using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

/// <summary>A network of few channels and some small images, each class with a colour of its own: training takes a moment.</summary>
internal sealed class TinyTraining : IDisposable
{
    public const int Size = 16;

    private static readonly MobileNetV2Architecture s_network = new(
        numClasses: 0,
        widthMultiplier: 0.25,
        [new(1, 16, 1, 1), new(2, 16, 1, 2), new(2, 16, 1, 1), new(1, 16, 1, 1), new(2, 24, 1, 2), new(2, 24, 1, 1), new(1, 16, 1, 1)],
        roundNearest: 4,
        resolution: 32);

    public TinyTraining(int photos = 6, int classes = 2, int seed = 1, BatchNormForm form = BatchNormForm.Folded, int size = Size)
    {
        var preprocessing = new ImagePreprocessing
        {
            Size = size, CropFraction = 1, Mean = new ChannelValues(120, 110, 100), Std = new ChannelValues(60, 58, 57),
        };
        Weights = RandomWeights.Create(seed, s_network.ResetClassifier(classes), preprocessing, form);
        Memory = new ImageMemory(
            [.. Enumerable.Range(0, photos).Select(photo => ImageSource.FromEncoded(Picture(photo, photo % classes)))], preprocessing);
        Photos = new ImageSplit(
            Memory, [.. Enumerable.Range(0, photos)], [.. Enumerable.Range(0, photos).Select(photo => photo % classes)]);
    }

    /// <summary>Options without chance: no augmentation, dropout or smoothing, and no average.</summary>
    public static FineTuneOptions Plain { get; } = new()
    {
        Epochs = 3,
        BatchSize = 4,
        Augmentation = ImageAugmentation.None,
        Dropout = 0,
        LabelSmoothing = 0,
        WeightAverageDecay = 0,
        ClassifierStart = ClassifierStart.Solved,
        RefitL2Regularization = null,
        LearningRate = 1e-4,
        HeadLearningRate = 1e-4,
        WarmUpEpochs = 0,
        ThreadCount = 1,
        Seed = 5,
    };

    public MobileNetV2Weights Weights { get; }

    public ImageMemory Memory { get; }

    public ImageSplit Photos { get; }

    public int Classes => Weights.ClassCount!.Value;

    /// <summary>Where the training of the options is saved; null for nowhere.</summary>
    public CheckpointFile? Checkpoint(FineTuneOptions options) => options.Checkpoint is null ? null : new(
        options.Checkpoint.Folder,
        CheckpointIdentity.Of(options, FineTuneBlocks.Last(1), 0.1f, Weights, Photos.Identities(workers: 1, CancellationToken.None)));

    public TrainingPipeline SetUp(FineTuneOptions options, FineTuneBlocks blocks, float[]? weights = null) => new(
        Weights,
        new GradientOptions { Blocks = blocks },
        options,
        Photos,
        new LabelTargets(Photos.Labels, Classes, options.LabelSmoothing),
        weights ?? [.. Enumerable.Repeat(1f, Photos.Count)]);

    /// <summary>Images as pixels, or as inputs of what follows some layers.</summary>
    public InputSource Source(FrontLayers front, ImageAugmentation augmentation, int viewCount = 0, long byteBudget = 0) =>
        new(Photos with { InputMemory = new(byteBudget) }, Weights.Preprocessing, augmentation, viewCount, seed: 3, front);

    /// <summary>Batches of pixels.</summary>
    public BatchLoader Loader(
        FineTuneOptions options, FrontLayers front, ITargetSource? targets = null, float[]? weights = null, int featureCount = 8) => new(
        Source(front, options.Augmentation, options.ViewsPerImage),
        targets ?? new LabelTargets(Photos.Labels, Classes, options.LabelSmoothing),
        weights ?? [.. Enumerable.Repeat(1f, Photos.Count)],
        featureCount,
        options.Dropout ?? 0,
        options);

    public TrainedNetwork Train(
        FineTuneOptions options,
        FineTuneBlocks blocks,
        IValidator? validator = null,
        Action<FineTuneProgress>? report = null,
        CancellationToken? cancellationToken = null)
    {
        using TrainingPipeline setup = SetUp(options, blocks);
        DirectProgress<FineTuneProgress>? progress = report is null ? null : new(report);
        TrainedParameters trained = new FineTuner(options, setup.Engine, setup.Loader, validator, progress)
            .Run(Checkpoint(options), cancellationToken ?? TestContext.Current.CancellationToken);
        return new(setup.Engine.ToWeights(trained.Values), trained.Validations);
    }

    public void Dispose() => Memory.Dispose();

    private static byte[] Picture(int photo, int label)
    {
        var random = new Random(photo);
        using SKBitmap bitmap = Pictures.Paint(20 + photo, 18, (x, y) => new SKColor(
            (byte)random.Next(256), (byte)((label * 100) + random.Next(50)), (byte)(((x * 9) + (y * 5) + (photo * 40)) % 256)));
        return bitmap.EncodeAs(SKEncodedImageFormat.Png);
    }
}

/// <summary>What a training gives.</summary>
internal sealed record TrainedNetwork(MobileNetV2Weights Weights, IReadOnlyList<ValidationResult> Validations);

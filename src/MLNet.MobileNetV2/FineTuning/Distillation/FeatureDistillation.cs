using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>Trains a student network to give a teacher's features.</summary>
internal sealed class FeatureDistillation(FeatureDistillationOptions options)
{
    private readonly FineTuneOptions _tuning = options.FineTuning;

    /// <summary>Trains.</summary>
    /// <returns>The trained student, with a classifier where it is asked for.</returns>
    /// <exception cref="ArgumentException">The networks are to agree and do not, or the teacher lacks the classifier asked for.</exception>
    public MobileNetV2Weights Run(MobileNetV2Weights student, MobileNetV2Weights teacher, IReadOnlyList<ImageSource> sources)
    {
        bool isBlockByBlock = IsBlockByBlock(student, teacher);
        if (options.LearnsClassifier && teacher.ClassCount is null)
        {
            throw new ArgumentException(
                $"{nameof(options.LearnsClassifier)} is set; the teacher '{teacher.Name}' must have a classifier, and ends at the "
                + "features.");
        }

        student = student.WithoutClassifier();
        student = isBlockByBlock ? student.WithPreprocessing(teacher.Preprocessing) : student;
        MemoryBudgets budgets = MemoryBudgets.Of(_tuning, sources);
        using var memory = new ImageMemory(sources, student.Preprocessing, budgets.Images);
        ImageSplit images = Usable(memory, budgets);

        // The classifier stands in as the linear map from the student's features to a teacher's of another number.
        MobileNetV2Weights start = student.FeatureCount == teacher.FeatureCount
            ? student
            : student.ResetClassifier(teacher.FeatureCount, _tuning.Seed);
        CheckpointFile? checkpoint = Checkpoint(start, images, isBlockByBlock, teacher);
        checkpoint?.DeleteReplaceable();
        images = images.Usable();
        MobileNetV2Weights trained = isBlockByBlock
            ? new BlockDistillation(
                _tuning,
                DistillationPlan.Of(teacher.Architecture, new BatchPlan(images.Count, _tuning).Epochs, _tuning.TrainingSize),
                images,
                sources,
                options.LearnsClassifier,
                options.Progress)
                .Run(start, teacher, checkpoint, options.CancellationToken)
            : TrainWhole(start, teacher, images, sources, budgets, checkpoint);
        return options.LearnsClassifier
            ? ClassifierDistillation.Solve(trained, teacher, images, sources, _tuning, options.CancellationToken)
            : trained;
    }

    private bool IsBlockByBlock(MobileNetV2Weights student, MobileNetV2Weights teacher)
    {
        string own = Layers(student);
        string other = Layers(teacher);
        return options.BlockByBlock == true && own != other
            ? throw new ArgumentException(
                $"{nameof(options.BlockByBlock)} is set; student and teacher must be the same network. The student is {own}; the "
                + $"teacher is {other}.")
            : options.BlockByBlock ?? (own == other && options.FineTuneBlocks == FineTuneBlocks.All);
    }

    // What of a network must agree for its blocks to take each other's maps: all but images and classes.
    private static string Layers(MobileNetV2Weights weights)
    {
        MobileNetV2Architecture architecture = weights.Architecture;
        return architecture.With(0, MobileNetV2Architecture.Default.Resolution, architecture.Padding).ToString();
    }

    private MobileNetV2Weights TrainWhole(
        MobileNetV2Weights start,
        MobileNetV2Weights teacher,
        ImageSplit images,
        IReadOnlyList<ImageSource> sources,
        MemoryBudgets budgets,
        CheckpointFile? checkpoint)
    {
        using var teacherMemory = new ImageMemory(sources, teacher.Preprocessing, budgets.Images);
        using var front = new FrontLayers(teacher, FeatureTap.Features);
        using var views = new InputSource(
            images with { Memory = teacherMemory },
            teacher.Preprocessing,
            _tuning.Augmentation,
            _tuning.ViewsPerImage,
            TrainingPipeline.ViewSeed(_tuning),
            front);

        float[] weights = new float[images.Count];
        Array.Fill(weights, 1);
        using var setup = new TrainingPipeline(
            start,
            new GradientOptions { Blocks = options.FineTuneBlocks, Loss = GradientLoss.SquaredError },
            _tuning with { TrainingSize = _tuning.TrainingSize ?? start.Preprocessing.Size },
            images,
            new FeatureTargets(views),
            weights);
        return new FineTuner(_tuning, setup.Engine, setup.Loader, validator: null, options.Progress)
            .Run(checkpoint, options.CancellationToken)
            .Weights.WithoutClassifier()
            .WithPreprocessing(start.Preprocessing);
    }

    private CheckpointFile? Checkpoint(MobileNetV2Weights start, ImageSplit images, bool isBlockByBlock, MobileNetV2Weights teacher) =>
        _tuning.Checkpoint is { } asked
            ? new CheckpointFile(asked.Folder, CheckpointIdentity.Of(
                _tuning,
                options.FineTuneBlocks,
                l2Regularization: 0,
                start,
                images.Identities(_tuning.Workers, options.CancellationToken)
                    .Prepend(TensorHash.Of(teacher))
                    .Prepend(isBlockByBlock ? $"{nameof(options.BlockByBlock)} {options.LearnsClassifier}" : string.Empty)))
            : null;

    private ImageSplit Usable(ImageMemory memory, MemoryBudgets budgets)
    {
        var bad = new BadImages(options.OnBadImage, options.BadImageFound);
        bad.Find(memory, _tuning.Workers, progress: null, options.CancellationToken);
        int[] places = [.. Enumerable.Range(0, memory.Count).Where(place => !bad.Contains(place))];
        return places.Length > 0
            ? new(memory, places, new int[places.Length]) { InputMemory = budgets.Inputs, Bad = bad }
            : throw new InvalidOperationException(
                memory.Count == 0 ? "The data has no rows." : $"None of the {memory.Count} images can be used.");
    }
}

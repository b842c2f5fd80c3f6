using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>Trains a student network to give a teacher's features.</summary>
internal sealed class FeatureDistillation(FeatureDistillationOptions options)
{
    // As many as give the features' variance.
    private const int StartViews = 32;

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

        MobileNetV2Weights start = WithClassifier(student, teacher);
        CheckpointFile? checkpoint = Checkpoint(start, images, isBlockByBlock, teacher);
        checkpoint?.DeleteReplaceable();
        images = images.Usable();
        return isBlockByBlock
            ? new BlockDistillation(
                _tuning,
                DistillationPlan.Of(teacher.Architecture, new BatchPlan(images.Count, _tuning).Epochs, _tuning.TrainingSize),
                images,
                sources,
                options.Progress)
                .Run(start, teacher, checkpoint, options.CancellationToken)
            : TrainWhole(start, teacher, images, sources, budgets, checkpoint);
    }

    private MobileNetV2Weights WithClassifier(MobileNetV2Weights student, MobileNetV2Weights teacher)
    {
        if (student.FeatureCount != teacher.FeatureCount)
        {
            // The classifier stands in as the linear map from the student's features to the teacher's.
            return options.LearnsClassifier ? student : student.ResetClassifier(teacher.FeatureCount, _tuning.Seed);
        }

        // Features that get nearer to the teacher's make it right by themselves (arXiv 2203.14001).
        return options.LearnsClassifier
            ? student.WithClassifier(
                teacher.Tensors[LayerTensors.ClassifierKernel].Values, teacher.Tensors[LayerTensors.ClassifierBias].Values)
            : student;
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

        bool meetsFeatures = options.LearnsClassifier && start.FeatureCount == teacher.FeatureCount;
        ITargetSource targets = new FeatureTargets(views);
        var gradients = new GradientOptions { Blocks = options.FineTuneBlocks, Loss = GradientLoss.SquaredError };
        if (options.LearnsClassifier)
        {
            targets = new TeacherTargets(views, teacher, meetsFeatures);
            gradients = gradients with
            {
                Loss = GradientLoss.Distillation, FeatureWeight = meetsFeatures ? FeatureWeight(views, images) : 0,
            };
        }

        if (options.LearnsClassifier && !meetsFeatures)
        {
            // A checkpoint brings the classifier with it.
            start = checkpoint is { Exists: true }
                ? start.ResetClassifier(teacher.ClassCount!.Value)
                : ClassifierDistillation.Solve(start, teacher, images, sources, _tuning, options.CancellationToken);
        }

        float[] weights = new float[images.Count];
        Array.Fill(weights, 1);
        using var setup = new TrainingPipeline(
            start,
            gradients,
            _tuning with { TrainingSize = _tuning.TrainingSize ?? start.Preprocessing.Size },
            images,
            targets,
            weights);
        TrainedParameters parameters = new FineTuner(_tuning, setup.Engine, setup.Loader, validator: null, options.Progress)
            .Run(checkpoint, options.CancellationToken);
        MobileNetV2Weights trained = setup.Engine.ToWeights(parameters.Values).WithPreprocessing(start.Preprocessing);
        return options.LearnsClassifier ? trained : trained.WithoutClassifier();
    }

    private static double FeatureWeight(InputSource teacher, ImageSplit images)
    {
        int length = teacher.InputLength;
        float[] features = new float[Math.Min(images.Count, StartViews) * length];
        int count = 0;
        for (int image = 0; image < images.Count && (count + 1) * length <= features.Length; image++)
        {
            count += teacher.TryRead(image, epoch: 0, features.AsSpan(count * length, length)) ? 1 : 0;
        }

        return count == 0
            ? throw ImageSplit.NoneLeft(images.Count)
            : TeacherTargets.FeatureWeight(features.AsSpan(0, count * length), count);
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
                    .Prepend(options.LearnsClassifier ? nameof(options.LearnsClassifier) : string.Empty)
                    .Prepend(isBlockByBlock ? nameof(options.BlockByBlock) : string.Empty)))
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

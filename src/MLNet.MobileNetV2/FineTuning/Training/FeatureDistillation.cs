using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Trains a student network to give a teacher's features.</summary>
internal sealed class FeatureDistillation(FeatureDistillationOptions options)
{
    /// <summary>Trains.</summary>
    /// <returns>The trained student, without a classifier.</returns>
    public MobileNetV2Weights Run(MobileNetV2Weights student, MobileNetV2Weights teacher, IReadOnlyList<ImageSource> sources)
    {
        FineTuneOptions tuning = options.FineTuning;
        MemoryBudgets budgets = MemoryBudgets.Of(tuning, sources);
        using var memory = new ImageMemory(sources, student.Preprocessing, budgets.Images);
        using var teacherMemory = new ImageMemory(sources, teacher.Preprocessing, budgets.Images);
        ImageSplit images = Usable(memory, budgets);

        // The classifier stands in as the linear map from the student's features to a teacher's of another number.
        MobileNetV2Weights start = student.FeatureCount == teacher.FeatureCount
            ? student.WithoutClassifier()
            : student.ResetClassifier(teacher.FeatureCount, tuning.Seed);
        CheckpointFile? checkpoint = tuning.Checkpoint is { } asked
            ? new CheckpointFile(asked.Folder, CheckpointIdentity.Of(
                tuning,
                options.FineTuneBlocks,
                l2Regularization: 0,
                start,
                images.Identities(tuning.Workers, options.CancellationToken).Prepend(TensorHash.Of(teacher))))
            : null;
        checkpoint?.DeleteReplaceable();
        images = images.Usable();
        using var front = new FrontLayers(teacher, FeatureTap.Features);
        using var views = new InputSource(
            images with { Memory = teacherMemory },
            teacher.Preprocessing,
            tuning.Augmentation,
            tuning.ViewsPerImage,
            TrainingPipeline.ViewSeed(tuning),
            front);

        float[] weights = new float[images.Count];
        Array.Fill(weights, 1);
        using var setup = new TrainingPipeline(
            start,
            new GradientOptions { Blocks = options.FineTuneBlocks, Loss = GradientLoss.SquaredError },
            tuning,
            images,
            new FeatureTargets(views),
            weights);
        return new FineTuner(tuning, setup.Engine, setup.Loader, validator: null, options.Progress)
            .Run(checkpoint, options.CancellationToken)
            .Weights.WithoutClassifier();
    }

    private ImageSplit Usable(ImageMemory memory, MemoryBudgets budgets)
    {
        var bad = new BadImages(options.OnBadImage, options.BadImageFound);
        bad.Find(memory, options.FineTuning.Workers, progress: null, options.CancellationToken);
        int[] places = [.. Enumerable.Range(0, memory.Count).Where(place => !bad.Contains(place))];
        return places.Length > 0
            ? new(memory, places, new int[places.Length]) { InputMemory = budgets.Inputs, Bad = bad }
            : throw new InvalidOperationException(
                memory.Count == 0 ? "The data has no rows." : $"None of the {memory.Count} images can be used.");
    }
}

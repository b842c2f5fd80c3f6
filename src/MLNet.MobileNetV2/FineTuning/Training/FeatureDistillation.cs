using MLNet.MobileNetV2.Features;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Trains a student network to give a teacher's features.</summary>
internal sealed class FeatureDistillation(FeatureDistillationOptions options)
{
    /// <summary>Trains.</summary>
    /// <param name="student">The student at the start.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="sources">The photos.</param>
    /// <returns>The trained student, without a classifier.</returns>
    public MobileNetV2Weights Run(MobileNetV2Weights student, MobileNetV2Weights teacher, IReadOnlyList<PhotoSource> sources)
    {
        FineTuneOptions tuning = options.FineTuning;
        using PhotoMemory memory = Memory(sources, student);
        using PhotoMemory teacherMemory = Memory(sources, teacher);
        var inputMemory = new MemoryBudget(tuning.InputBytes);
        int[] places = Usable(memory);
        var photos = new TrainingPhotos(memory, places, new int[places.Length]);
        using var front = new FrontLayers(teacher, FeatureTap.Features);
        var targets = new FeatureTargets(new InputSource(
            photos with { Memory = teacherMemory },
            teacher.Preprocessing,
            tuning.Augmentation,
            tuning.ViewsPerPhoto,
            TrainingSetup.ViewSeed(tuning),
            front,
            inputMemory));

        // The classifier stands in as the linear map from the student's features to a teacher's of another number.
        MobileNetV2Weights start = student.FeatureCount == teacher.FeatureCount
            ? student.WithoutClassifier()
            : student.ResetClassifier(teacher.FeatureCount, tuning.Seed);
        float[] weights = new float[places.Length];
        Array.Fill(weights, 1);
        using var setup = new TrainingSetup(
            start,
            new GradientOptions { Blocks = options.FineTuneBlocks, Loss = GradientLoss.SquaredError },
            tuning,
            photos,
            targets,
            weights,
            inputMemory);
        var identity = TrainingIdentity.Of(tuning, options.FineTuneBlocks, start, photos.Identities().Prepend(TensorHash.Of(teacher)));
        return new FineTuner(tuning, setup.Engine, setup.Loader, validator: null, options.Progress)
            .Run(identity, options.CancellationToken)
            .Weights.WithoutClassifier();
    }

    private PhotoMemory Memory(IReadOnlyList<PhotoSource> sources, MobileNetV2Weights weights) =>
        new(sources, weights.Preprocessing, options.FineTuning.PhotoBytes / 2);

    private int[] Usable(PhotoMemory memory)
    {
        HashSet<int> bad = BadPhotos.Find(
            memory, options.FineTuning.Workers, options.OnBadImage, options.BadImageFound, progress: null, options.CancellationToken);
        int[] places = [.. Enumerable.Range(0, memory.Count).Where(place => !bad.Contains(place))];
        return places.Length > 0 ? places : throw new InvalidOperationException(
            memory.Count == 0 ? "The data has no rows." : $"None of the {memory.Count} pictures can be used.");
    }
}

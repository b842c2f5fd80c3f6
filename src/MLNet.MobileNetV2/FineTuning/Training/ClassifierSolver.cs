using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Puts the best classifier for some images on a network: that of <see cref="MobileNetV2HeadTrainer"/> on its features.</summary>
internal static class ClassifierSolver
{
    /// <summary>Solves for the classifier.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="photos">The images, made with the weights' preprocessing; those that cannot be read any more may be left out.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="options">Regularisation, threads, cancellation.</param>
    /// <returns>The network with the classifier.</returns>
    /// <exception cref="BadImageException">An image cannot be read any more, and it is not left out.</exception>
    /// <exception cref="InvalidOperationException">No image is left, or of one class alone.</exception>
    public static MobileNetV2Weights Solve(
        MobileNetV2Weights weights, TrainingPhotos photos, int classCount, MobileNetV2HeadOptions options)
    {
        using var network = new FrontLayers(weights, FeatureTap.Features);
        using var source = new InputSource(
            photos with { InputMemory = new(0) }, weights.Preprocessing, ImageAugmentation.None, viewCount: 1, seed: 0, network);
        var rows = new FeatureBlocks(weights.FeatureCount);
        for (int i = 0; i < photos.Count; i++)
        {
            rows.AddRow();
        }

        new ParallelLoop(options.ThreadCount, options.CancellationToken).For(
            photos.Count, photo => source.TryRead(photo, epoch: 0, rows.Row(photo)[..rows.Columns]));
        TrainingPhotos usable = photos.Usable();
        FeatureBlocks used = usable.Count == photos.Count ? rows : Usable(rows, photos);
        (SoftmaxWeights model, _) = SoftmaxRegression.Fit(used, [.. usable.Labels], weights: null, classCount, options);
        return weights.WithClassifier(model.Weights.SelectMany(row => row).ToArray(), model.Biases);
    }

    private static FeatureBlocks Usable(FeatureBlocks rows, TrainingPhotos photos)
    {
        var usable = new FeatureBlocks(rows.Columns);
        for (int photo = 0; photo < photos.Count; photo++)
        {
            if (photos.IsUsable(photo))
            {
                rows.Row(photo)[..rows.Columns].CopyTo(usable.AddRow());
            }
        }

        return usable;
    }
}

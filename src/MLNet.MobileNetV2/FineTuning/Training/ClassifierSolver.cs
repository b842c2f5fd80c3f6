using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Puts the best classifier for some images on a network: that of <see cref="MobileNetV2HeadTrainer"/> on its features.</summary>
internal static class ClassifierSolver
{
    /// <summary>Solves for the classifier.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="images">The images, made with the weights' preprocessing; unreadable ones may be left out.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="options">Regularisation, threads, cancellation.</param>
    /// <returns>The network with the classifier.</returns>
    /// <exception cref="BadImageException">An image can no longer be read, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">No image is left, or of one class alone.</exception>
    public static MobileNetV2Weights Solve(
        MobileNetV2Weights weights, ImageSplit images, int classCount, MobileNetV2HeadOptions options)
    {
        using var network = new FrontLayers(weights, FeatureTap.Features);
        using var source = new InputSource(
            images with { InputMemory = new(0) }, weights.Preprocessing, ImageAugmentation.None, viewCount: 1, seed: 0, network);
        var rows = new FeatureBlocks(weights.FeatureCount);
        for (int i = 0; i < images.Count; i++)
        {
            rows.AddRow();
        }

        new ParallelLoop(options.ThreadCount, options.CancellationToken).For(
            images.Count, image => source.TryRead(image, epoch: 0, rows.Row(image)[..rows.Columns]));
        ImageSplit usable = images.Usable();
        FeatureBlocks used = usable.Count == images.Count ? rows : Usable(rows, images);
        (SoftmaxWeights model, _) = SoftmaxRegression.Fit(used, [.. usable.Labels], weights: null, classCount, options);
        return weights.WithClassifier(model.Weights.SelectMany(row => row).ToArray(), model.Biases);
    }

    private static FeatureBlocks Usable(FeatureBlocks rows, ImageSplit images)
    {
        var usable = new FeatureBlocks(rows.Columns);
        for (int image = 0; image < images.Count; image++)
        {
            if (images.IsUsable(image))
            {
                rows.Row(image)[..rows.Columns].CopyTo(usable.AddRow());
            }
        }

        return usable;
    }
}

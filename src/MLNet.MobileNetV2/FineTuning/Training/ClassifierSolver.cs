using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Weights;

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
        LabelledFeatures features = LabelledFeatures.Of(weights, images, options.ThreadCount, options.CancellationToken);
        SoftmaxWeights model = LabelledFeatures.SolveAndSpoil(features, classCount, options);
        return weights.WithClassifier(model.Weights.SelectMany(row => row).ToArray(), model.Biases);
    }

    /// <summary>The classifier of a network.</summary>
    public static SoftmaxWeights ClassifierOf(MobileNetV2Weights weights)
    {
        float[] kernel = weights.Tensors[LayerTensors.ClassifierKernel].Values.ToArray();
        return new([.. kernel.Chunk(weights.FeatureCount)], weights.Tensors[LayerTensors.ClassifierBias].Values.ToArray());
    }
}

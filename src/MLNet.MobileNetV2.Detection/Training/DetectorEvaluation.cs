using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Training;

/// <summary>Measures a detector on photos whose boxes are known.</summary>
internal static class DetectorEvaluation
{
    // Average precision looks at all that is found, down to what is hardly believed.
    private const float Threshold = 0.01f;
    private const float Overlap = 0.5f;
    private const int Top = 100;

    /// <summary>Finds the objects of the photos, several at a time, and compares them with the truth.</summary>
    /// <exception cref="BadImageException">A photo cannot be read.</exception>
    public static DetectionReport Run(
        DetectionWeights weights,
        IReadOnlyList<DetectionImage> images,
        int workers,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        using var detector = new ImageDetector(weights, new() { Threshold = Threshold, Overlap = Overlap, Top = Top });
        var found = new IReadOnlyList<DetectedObject>[images.Count];
        int done = 0;
        new ParallelLoop(workers, cancellationToken).For(images.Count, image =>
        {
            found[image] = detector.DetectSource(images[image].Source, cancellationToken);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return DetectionReport.Create(weights.Labels, images.Select((image, index) => (image.Boxes, found[index])), cancellationToken);
    }
}

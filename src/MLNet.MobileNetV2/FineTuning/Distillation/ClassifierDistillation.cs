using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>Puts the linear classifier on a student that comes nearest to a teacher's logits on the same views.</summary>
internal static class ClassifierDistillation
{
    private const int ViewsOfImages = 2;

    // Enough for some thousand unknowns an output.
    private const int MostRows = 40_000;

    /// <summary>Solves for the classifier by least squares.</summary>
    public static MobileNetV2Weights Solve(
        MobileNetV2Weights student,
        MobileNetV2Weights teacher,
        ImageSplit images,
        IReadOnlyList<ImageSource> sources,
        FineTuneOptions options,
        CancellationToken cancellationToken)
    {
        int features = student.FeatureCount;
        int classes = teacher.ClassCount!.Value;
        int rows = (int)Math.Min((long)images.Count * ViewsOfImages, MostRows);
        float[] x = new float[checked(rows * features)];
        float[] y = new float[checked(rows * classes)];
        var isRead = new bool[rows];
        void Read(MobileNetV2Weights weights, InferenceGraphOutputs output, float[] values)
        {
            using var memory = new ImageMemory(sources, weights.Preprocessing, new MemoryBudget(0));
            using var front = new FrontLayers(weights, null);
            using var views = new InputSource(
                images with { Memory = memory },
                weights.Preprocessing,
                options.Augmentation,
                viewCount: 0,
                TrainingPipeline.ViewSeed(options),
                front);
            using var network = new NetworkSession(weights, output, FeatureTap.Features, new(IntraOpThreadCount: 1));
            int length = network.OutputLength;
            new ParallelLoop(options.Workers, cancellationToken).For(rows, row =>
            {
                float[] pixels = new float[views.PixelCount];
                isRead[row] = views.TryReadPixels(row % images.Count, row / images.Count, pixels);
                if (isRead[row])
                {
                    network.Run(pixels, values.AsSpan(row * length, length));
                }
            });
        }

        Read(student, InferenceGraphOutputs.Features, x);
        Read(teacher, InferenceGraphOutputs.Logits, y);
        (float[] kernel, float[] bias) = new RidgeRegression(features, classes).Solve(x, y, isRead, options.Workers, cancellationToken);
        return student.WithClassifier(kernel, bias);
    }
}

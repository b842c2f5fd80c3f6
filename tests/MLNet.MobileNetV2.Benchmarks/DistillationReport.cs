using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// Makes the embedded weights, with ImageNet's as their teacher, on images without labels, block by block: how much of the teacher's maps
/// they explain, and what heads on their features and their own classifier are worth. It resumes from where it was stopped.
/// </summary>
internal static class DistillationReport
{
    // One image of so many is not learned from but measured on.
    private const int HeldShare = 20;

    /// <summary>Trains and reports.</summary>
    /// <param name="epochs">Passes over the images.</param>
    /// <param name="start">The weights at the start, which the assets' <c>coco</c> writes.</param>
    /// <param name="output">The safetensors file of the weights; its checkpoint lies beside it, in the folder NAME-ckpt.</param>
    /// <param name="folder">The images to learn from.</param>
    /// <param name="labelled">What to measure on, as <see cref="StudentReport"/> has it.</param>
    public static int Run(int epochs, string start, string output, string folder, IReadOnlyList<string> labelled)
    {
        var mlContext = new MLContext(seed: 1);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] held = [.. files.Where((_, number) => number % HeldShare == 0)];
        var watch = Stopwatch.StartNew();
        using MobileNetV2FeaturizerTransformer student = mlContext.Transforms.DistillMobileNetV2(new FeatureDistillationOptions
        {
            Student = WeightsSource.FromFile(start),
            Teacher = WeightsSource.ImageNet,
            FineTuneBlocks = FineTuneBlocks.All,
            BlockByBlock = true,
            LearnsClassifier = true,
            FineTuning = Tuning(epochs) with
            {
                ImageMemoryMiB = 2048,
                Checkpoint = new CheckpointOptions($"{Path.ChangeExtension(output, null)}-ckpt") { Resume = true },
            },
            Progress = new EpochLosses(),
        }).Fit(mlContext.Data.LoadFromEnumerable(files.Except(held).Select(path => new ImageFile(path, string.Empty))));
        student.Weights.SaveSafetensors(output);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{files.Length - held.Length} images, {epochs} epochs, {watch.Elapsed.TotalMinutes:F1} minutes since begun or resumed"));
        StudentReport.Print(student.Weights, WeightsSource.FromFile(start), held, labelled);
        return 0;
    }

    // All that matters, so that other defaults of a later version make the same weights.
    private static FineTuneOptions Tuning(int epochs) => new()
    {
        Epochs = epochs,
        TrainingSize = 160,
        BatchSize = 32,
        Optimizer = OptimizerKind.Muon,
        LearningRate = 2.5e-3,
        Momentum = 0.9f,
        Beta1 = 0.9f,
        Beta2 = 0.999f,
        Epsilon = 1e-8f,
        WeightDecay = 0.002f,
        ClipGradient = 5,
        WarmUpEpochs = 0.2,
        LastLearningRateFactor = 0.01,
        WeightAverageDecay = 0.99,
        BatchNorm = BatchNormTraining.ScaleAndShift,
        Augmentation = new ImageAugmentation
        {
            HorizontalFlipProbability = 0.5,
            SmallestCropArea = 0.08,
            GreatestCropArea = 1,
            SmallestCropAspectRatio = 3.0 / 4,
            GreatestCropAspectRatio = 4.0 / 3,
        },
        ViewsPerImage = 0,
        Seed = 1,
    };

    private sealed class EpochLosses : IProgress<FineTuneProgress>
    {
        public void Report(FineTuneProgress value)
        {
            if (value.Step > 0 && value.Step == value.Steps)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {value.Epoch}: loss {value.Loss:F4}, {value.ImagesPerSecond:F0} images/s"));
            }
        }
    }
}

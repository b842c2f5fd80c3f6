using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// What the embedded weights gain from ImageNet's as their teacher, on images without labels: the accuracy of a head on their features in
/// five folds, before and after, and the teacher's own.
/// </summary>
internal static class DistillationReport
{
    /// <summary>Reports.</summary>
    /// <param name="labelled">A folder with a sub-folder a class, to measure on.</param>
    /// <param name="folders">Folders with the images to learn from.</param>
    /// <param name="epochs">Passes over them.</param>
    public static int Run(string labelled, IReadOnlyList<string> folders, int epochs)
    {
        var mlContext = new MLContext(seed: 1);
        ImageFile[] files =
        [
            .. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal).Select(path => new ImageFile(path, string.Empty)),
        ];
        Probe(mlContext, labelled, WeightsSource.ImageNet, "teacher");
        Probe(mlContext, labelled, WeightsSource.CocoDetection, "student before");
        var watch = Stopwatch.StartNew();
        using MobileNetV2FeaturizerTransformer student = mlContext.Transforms.DistillMobileNetV2(new FeatureDistillationOptions
        {
            Student = WeightsSource.CocoDetection,
            FineTuning = new FineTuneOptions { Epochs = epochs, LearningRate = 1e-3, Augmentation = ImageAugmentation.Standard, Seed = 1 },
            Progress = new EpochLosses(),
        }).Fit(mlContext.Data.LoadFromEnumerable(files));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{files.Length} images, {epochs} epochs, {watch.Elapsed.TotalMinutes:F1} minutes"));
        Probe(mlContext, labelled, WeightsSource.From(student.Weights), "student after");
        return 0;
    }

    private static void Probe(MLContext mlContext, string labelled, WeightsSource weights, string name)
    {
        IDataView photos = mlContext.Data.LoadFromImageFolder(labelled);
        using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms
            .FeaturizeImageWithMobileNetV2("Features", "ImagePath", weights).Fit(photos);
        IDataView rows = mlContext.Data.Cache(featurizer.Transform(
            mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos)));
        double accuracy = mlContext.Data.StratifiedCrossValidationSplit(rows, numberOfFolds: 5, seed: 1).Average(fold =>
            mlContext.MulticlassClassification.Evaluate(
                mlContext.MulticlassClassification.Trainers.MobileNetV2Head().Fit(fold.TrainSet).Transform(fold.TestSet)).MicroAccuracy);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {accuracy:P1} in five folds"));
    }

    private sealed class EpochLosses : IProgress<FineTuneProgress>
    {
        public void Report(FineTuneProgress value)
        {
            if (value.Step > 0 && value.Step == value.Steps)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {value.Epoch}: mean squared error {value.Loss:F4}, {value.ImagesPerSecond:F0} images/s"));
            }
        }
    }
}

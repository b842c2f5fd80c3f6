using System.Globalization;
using Microsoft.ML;
using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>How near weights come to ImageNet's that they learned from.</summary>
internal static class StudentReport
{
    private const int MostHeld = 200;
    private const int HitsOfInterest = 5;

    /// <summary>Prints all.</summary>
    /// <param name="student">The weights.</param>
    /// <param name="start">The weights that they began as.</param>
    /// <param name="held">Images that were not learned from.</param>
    /// <param name="labelled">
    /// Folders with a sub-folder a class, or with such folders <c>train</c> and <c>val</c>: for heads. A folder of images whose names begin
    /// with their ImageNet class: for the classifier.
    /// </param>
    public static void Print(
        MobileNetV2Weights student, WeightsSource start, IReadOnlyList<string> held, IReadOnlyList<string> labelled)
    {
        var mlContext = new MLContext(seed: 1);
        PrintShares(student, [.. held.Take(MostHeld)]);
        var means = new double[3];
        string[] sets = [.. labelled.Where(folder => Directory.EnumerateDirectories(folder).Any())];
        foreach (string folder in sets)
        {
            double[] accuracies =
            [
                .. new[] { WeightsSource.From(student.WithoutClassifier()), WeightsSource.ImageNet, start }
                    .Select(weights => HeadAccuracy(mlContext, folder, weights)),
            ];
            PrintHeads(Path.GetFileName(folder), accuracies);
            means = [.. means.Zip(accuracies, (sum, accuracy) => sum + (accuracy / sets.Length))];
        }

        PrintHeads("mean", means);
        foreach (string folder in labelled.Except(sets).Where(_ => student.ClassCount is not null))
        {
            PrintClassifier(folder, student);
        }
    }

    private static void PrintHeads(string name, double[] accuracies) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: head {100 * accuracies[0]:F1} %, ImageNet {100 * accuracies[1]:F1} %, start {100 * accuracies[2]:F1} %"));

    // Of the variance of the teacher's maps: each block from the teacher's own map, and all in a row.
    private static void PrintShares(MobileNetV2Weights student, string[] images)
    {
        MobileNetV2Weights teacher = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.ImageNet }.LoadWeights();
        MobileNetV2Weights own = student.WithoutClassifier().WithPreprocessing(teacher.Preprocessing);
        int units = UnitRange.UnitsOf(teacher.Architecture);
        using var expected = new TeacherSession(teacher, Enumerable.Range(0, units));
        using var found = new TeacherSession(own, Enumerable.Range(0, units));
        using var memory = new ImageMemory([.. images.Select(ImageSource.FromFile)], teacher.Preprocessing, new MemoryBudget(0));
        var views = new ImageViews(memory, teacher.Preprocessing, ImageAugmentation.None, seed: 0);
        var targets = new DistillationBatch(images.Length, expected.PixelCount, expected.Lengths) { Count = images.Length };
        var outputs = new DistillationBatch(images.Length, found.PixelCount, found.Lengths) { Count = images.Length };
        new ParallelLoop(workers: 0, CancellationToken.None).For(images.Length, view =>
        {
            views.FillTraining(epoch: 0, view, targets.PixelsOf(view).Span);
            targets.PixelsOf(view).CopyTo(outputs.PixelsOf(view));
            expected.Run(targets, view);
            found.Run(outputs, view);
        });
        var tuning = new FineTuneOptions { BatchNorm = BatchNormTraining.ScaleAndShift };
        using var whole = new GradientEngine(own, new GradientOptions
        {
            Blocks = FineTuneBlocks.All, Loss = GradientLoss.SquaredError, BatchNorm = tuning.BatchNorm,
        });
        float[] parameters = new float[whole.Tensors.TotalLength];
        whole.ReadInitial(parameters);
        for (int unit = 0; unit < units; unit++)
        {
            using var range = new RangeTrainer(own, new UnitRange(unit, unit), whole.Tensors, tuning, expected, threads: 0);
            string map = ModelTensors.MapOf(unit);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"unit {unit}: {1 - range.Measure(parameters, targets, CancellationToken.None):P1} by itself, {InARow(map):P1} in a row"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"features: {InARow(ModelTensors.Features):P1}"));

        double InARow(string output)
        {
            ReadOnlySpan<float> target = targets.Output(output, images.Length).Span;
            ReadOnlySpan<float> value = outputs.Output(output, images.Length).Span;
            double error = 0;
            for (int i = 0; i < target.Length; i++)
            {
                error += ((double)target[i] - value[i]) * ((double)target[i] - value[i]);
            }

            return 1 - (error / target.Length / MapVariance.Of(target, images.Length, expected.ChannelsOf(output)));
        }
    }

    private static double HeadAccuracy(MLContext mlContext, string folder, WeightsSource weights)
    {
        string training = Path.Combine(folder, "train");
        bool isSplit = Directory.Exists(training);
        IDataView photos = mlContext.Data.LoadFromImageFolder(isSplit ? training : folder);
        using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms
            .FeaturizeImageWithMobileNetV2("Features", "ImagePath", weights).Fit(photos);
        ITransformer keys = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos);
        IDataView rows = Features(photos);
        return isSplit
            ? Accuracy(rows, Features(mlContext.Data.LoadFromImageFolder(Path.Combine(folder, "val"))))
            : mlContext.Data.StratifiedCrossValidationSplit(rows, numberOfFolds: 5, seed: 1)
                .Average(fold => Accuracy(fold.TrainSet, fold.TestSet));

        IDataView Features(IDataView images) => mlContext.Data.Cache(featurizer.Transform(keys.Transform(images)));

        double Accuracy(IDataView train, IDataView test) => mlContext.MulticlassClassification.Evaluate(
            mlContext.MulticlassClassification.Trainers.MobileNetV2Head().Fit(train).Transform(test)).MicroAccuracy;
    }

    private static void PrintClassifier(string folder, MobileNetV2Weights student)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        using var session = new TeacherSession(student, []);
        using var memory = new ImageMemory([.. files.Select(ImageSource.FromFile)], student.Preprocessing, new MemoryBudget(0));
        var views = new ImageViews(memory, student.Preprocessing, ImageAugmentation.None, seed: 0);
        int[] better = new int[files.Length];
        new ParallelLoop(workers: 0, CancellationToken.None).For(files.Length, image =>
        {
            var batch = new DistillationBatch(1, session.PixelCount, session.Lengths);
            views.FillTraining(epoch: 0, image, batch.PixelsOf(0).Span);
            session.Run(batch, 0);

            // Class 0 is the background.
            float[] logits = batch.OutputOf(ModelTensors.Logits, 0).ToArray();
            float own = logits[1 + int.Parse(Path.GetFileName(files[image])[..4], CultureInfo.InvariantCulture)];
            better[image] = logits.Count(logit => logit > own);
        });
        double one = (double)better.Count(count => count == 0) / files.Length;
        double five = (double)better.Count(count => count < HitsOfInterest) / files.Length;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Path.GetFileName(folder)}: top-1 {one:P1}, top-5 {five:P1}"));
    }
}

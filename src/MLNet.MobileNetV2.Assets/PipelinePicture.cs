using Microsoft.ML;

namespace MLNet.MobileNetV2.Assets;

/// <summary>Draws the README's picture: a folder of photos, the model that is trained on it, and what it says of held-out photos.</summary>
internal static class PipelinePicture
{
    private const string Photos = "examples/QuickStart/photos";
    private const string Target = "examples/classifier.svg";
    private const int PhotosPerClass = 4;
    private const int ScoresPerPhoto = 2;

    /// <summary>Trains with ImageNet's weights, draws, and returns the exit code. Run in the root of the repository.</summary>
    public static int Run()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder(Photos);
        DataOperationsCatalog.TrainTestData split = mlContext.Data.StratifiedTrainTestSplit(photos, testFraction: 0.2);
        using var model = mlContext.MulticlassClassification.Trainers.MobileNetV2(weights: WeightsSource.ImageNet).Fit(split.TrainSet);
        using var predictor = MobileNetV2Predictor.Create(model, new() { Top = ScoresPerPhoto });

        LabelledPhoto[] trained = Read(mlContext, split.TrainSet);
        ScoredPhoto[] heldOut =
        [
            .. Read(mlContext, split.TestSet)
                .Select(photo => new ScoredPhoto(photo.ImagePath, photo.Label, predictor.Predict(photo.ImagePath))),
        ];
        int correct = heldOut.Count(photo => photo.Scores[0].Label == photo.Label);

        var drawing = new PipelineDrawing(trained.Length, heldOut.Length, (double)correct / heldOut.Length);
        foreach (IGrouping<string, LabelledPhoto> row in trained
            .GroupBy(photo => photo.Label).OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            string[] paths = [.. row.Select(photo => photo.ImagePath)];
            IEnumerable<string> shown = Enumerable.Range(0, PhotosPerClass).Select(index => paths[index * paths.Length / PhotosPerClass]);
            drawing.AddClass(row.Key, paths.Length, [.. shown]);
        }

        // The first of each class, right or wrong.
        foreach (ScoredPhoto photo in heldOut.DistinctBy(photo => photo.Label).OrderBy(photo => photo.Label, StringComparer.Ordinal))
        {
            drawing.AddPrediction(photo.Path, photo.Label, photo.Scores);
        }

        File.WriteAllText(Target, drawing.ToSvg());
        Console.WriteLine($"{correct} of {heldOut.Length} held-out photos get the right class; the picture is {Target}");
        return 0;
    }

    private static LabelledPhoto[] Read(MLContext mlContext, IDataView rows) =>
        [.. mlContext.Data.CreateEnumerable<LabelledPhoto>(rows, reuseRowObject: false)];

    private sealed class LabelledPhoto
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }

    private sealed record ScoredPhoto(string Path, string Label, IReadOnlyList<ClassScore> Scores);
}

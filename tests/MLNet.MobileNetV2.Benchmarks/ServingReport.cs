using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>What serving costs beyond the network itself: of one image after another, and over HTTP under load.</summary>
internal static class ServingReport
{
    private const int PhotosPerClass = 10;

    /// <param name="folder">Images, one sub-folder a class.</param>
    /// <param name="duration">How long the service is under load.</param>
    public static async Task<int> RunAsync(string folder, TimeSpan duration)
    {
        var mlContext = new MLContext(seed: 1);
        string[] files =
        [
            .. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
                .SelectMany(photos => Directory.GetFiles(photos).Order(StringComparer.Ordinal).Take(PhotosPerClass)),
        ];
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            files.Select(file => new LabelledPhoto { ImagePath = file, Label = Path.GetFileName(Path.GetDirectoryName(file))! }));
        IDataView keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        string modelPath = Path.Combine(Path.GetTempPath(), $"mobilenetv2-benchmark-{Guid.NewGuid():N}.zip");
        using var model = new EstimatorChain<ITransformer>()
            .Append(mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.Embedded))
            .Append<ITransformer>(mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Fit(keyed);
        try
        {
            mlContext.Model.Save(model, rows.Schema, modelPath);
            LatencyReport.Run(mlContext, model, modelPath, files);
            return await ServiceReport.RunAsync(modelPath, files, duration);
        }
        finally
        {
            File.Delete(modelPath);
        }
    }

    private sealed class LabelledPhoto
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}

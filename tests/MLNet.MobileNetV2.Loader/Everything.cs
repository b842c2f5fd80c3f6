using Microsoft.ML;
using MLNet.MobileNetV2;

/// <summary>
/// Everything that writes files, with a context whose temporary files have a folder of their own: train, save, load, predict, export.
/// </summary>
internal static class Everything
{
    public static void Run(string output, string temporary, string[] photos)
    {
        var mlContext = new MLContext(seed: 1) { TempFilePath = temporary };
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            photos.Select(path => new LabelledPhoto { ImagePath = path, Label = Path.GetFileName(Path.GetDirectoryName(path))! }));
        IDataView keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        using (var model = mlContext.MulticlassClassification.Trainers.MobileNetV2(weights: WeightsSource.Embedded).Fit(keyed))
        {
            mlContext.Model.Save(model, keyed.Schema, Path.Combine(output, "fitted.zip"));
            mlContext.Model.SaveMobileNetV2AsOnnx(model, Path.Combine(output, "fitted.onnx"));
        }

        ITransformer loaded = mlContext.Model.Load(Path.Combine(output, "fitted.zip"), out DataViewSchema schema);
        using (loaded as IDisposable)
        {
            mlContext.Model.Save(loaded, schema, Path.Combine(output, "again.zip"));
            mlContext.Model.SaveMobileNetV2AsOnnx(loaded, Path.Combine(output, "loaded.onnx"));
            using MobileNetV2Predictor predictor = MobileNetV2Predictor.Create(loaded);
            predictor.Predict(photos[0]);
            _ = loaded.Transform(rows).Preview(maxRows: 2);
        }
    }

    private sealed class LabelledPhoto
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}

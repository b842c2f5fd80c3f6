using System.Text.Json;
using Microsoft.ML;

// A second process that knows the package and the model file, and nothing else: it prints one line of scores an image,
// row by row through a PredictionEngine ("engine") or all at once through Transform ("transform"), or a map of classes an
// image ("segment"), or the objects of an image ("detect").
if (args[1] == "everything")
{
    Everything.Run(args[0], args[2], args[3..]);
    return;
}

if (args[1] == "segment")
{
    Segmentation.Run(args[0], args[2..]);
    return;
}

if (args[1] == "detect")
{
    Detection.Run(args[0], args[2..]);
    return;
}

string modelPath = args[0];
bool isBulk = args[1] == "transform";
Photo[] photos = [.. args[2..].Select(path => new Photo { ImagePath = path })];

var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(modelPath, out _);
try
{
    foreach (Prediction prediction in isBulk ? PredictAll() : PredictOneByOne())
    {
        Console.WriteLine(JsonSerializer.Serialize(prediction));
    }
}
finally
{
    (model as IDisposable)?.Dispose();
}

IEnumerable<Prediction> PredictAll() =>
    mlContext.Data.CreateEnumerable<Prediction>(model.Transform(mlContext.Data.LoadFromEnumerable(photos)), reuseRowObject: false);

IEnumerable<Prediction> PredictOneByOne()
{
    using PredictionEngine<Photo, Prediction> engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model);
    foreach (Photo photo in photos)
    {
        yield return engine.Predict(photo);
    }
}

internal sealed class Photo
{
    public string ImagePath { get; set; } = string.Empty;
}

internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2;

// Trains a classifier on a folder of images (one sub-folder per class), measures it, saves it, loads it and uses it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "photos");
string modelPath = args.Length > 1 ? args[1] : "quickstart.zip";
var watch = Stopwatch.StartNew();

// ImageNet weights where they are at hand or can be downloaded, else the embedded ones.
LoadedWeights weights = new WeightsStore().Load(WeightsSource.Auto);
if (weights.FallbackReason is not null)
{
    Console.Error.WriteLine(
        $"Using the embedded weights in place of ImageNet's, which they learned from: {weights.FallbackReason}");
}

var mlContext = new MLContext(seed: 1);
IDataView photos = mlContext.Data.LoadFromImageFolder(folder);
DataOperationsCatalog.TrainTestData split = mlContext.Data.StratifiedTrainTestSplit(photos, testFraction: 0.2);

// The label is needed for training and measuring alone, so its key mapping stays outside of the model.
ITransformer toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos);
EstimatorChain<KeyToValueMappingTransformer> pipeline = mlContext.Transforms
    .FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.From(weights.Weights))
    .AppendCacheCheckpoint(mlContext)
    .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head("Label", "Features"))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

using (TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(toKey.Transform(split.TrainSet)))
{
    MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(toKey.Transform(split.TestSet)));
    Console.WriteLine(
        $"Accuracy on {split.TestSet.GetRowCount()} held-out images: {metrics.MicroAccuracy:P1}, log-loss {metrics.LogLoss:F3}");
    Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
    mlContext.Model.Save(model, photos.Schema, modelPath);
}

// Loading needs the package and the file alone; the loaded model is disposed, which also removes its temporary file.
ITransformer loaded = mlContext.Model.Load(modelPath, out _);
using (loaded as IDisposable)
using (PredictionEngine<Photo, Prediction> engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(loaded))
{
    foreach (string path in split.TestSet.GetColumn<string>("ImagePath").Where((_, index) => index % 10 == 0))
    {
        Prediction prediction = engine.Predict(new Photo { ImagePath = path });
        Console.WriteLine($"{Path.GetRelativePath(folder, path)}: {prediction.PredictedLabel} ({prediction.Score.Max():P0})");
    }
}

Console.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s; the model is in {modelPath}");

internal sealed class Photo
{
    public string ImagePath { get; set; } = string.Empty;
}

internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}

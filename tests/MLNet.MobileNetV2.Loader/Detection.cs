using System.Text.Json;
using Microsoft.ML;

/// <summary>Prints the objects of each photo, by a saved detector.</summary>
internal static class Detection
{
    public static void Run(string modelPath, string[] paths)
    {
        var mlContext = new MLContext();
        ITransformer model = mlContext.Model.Load(modelPath, out _);
        using var disposal = model as IDisposable;
        IDataView photos = mlContext.Data.LoadFromEnumerable(paths.Select(path => new Photo { ImagePath = path }));
        foreach (Objects objects in mlContext.Data.CreateEnumerable<Objects>(model.Transform(photos), reuseRowObject: false))
        {
            Console.WriteLine(JsonSerializer.Serialize(objects));
        }
    }
}

internal sealed class Objects
{
    public string[] PredictedLabel { get; set; } = [];

    public float[] PredictedBoundingBoxes { get; set; } = [];

    public float[] Score { get; set; } = [];
}

using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Prints the map of each photo, in hexadecimal, by a saved segmentation.</summary>
internal static class Segmentation
{
    public static void Run(string modelPath, string[] paths)
    {
        var mlContext = new MLContext();
        ITransformer model = mlContext.Model.Load(modelPath, out _);
        using var disposal = model as IDisposable;
        IDataView photos = mlContext.Data.LoadFromEnumerable(paths.Select(path => new Photo { ImagePath = path }));
        foreach (byte[] map in model.Transform(photos).GetColumn<byte[]>("ClassMap"))
        {
            Console.WriteLine(Convert.ToHexStringLower(map));
        }
    }
}

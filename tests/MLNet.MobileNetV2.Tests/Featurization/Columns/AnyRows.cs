using Microsoft.ML.Data;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Featurization.Columns;

/// <summary>Rows with a small image each, in a folder of its own, and a small network's features of them.</summary>
public sealed class AnyRows : IDisposable
{
    public const int Count = 7;

    private readonly TempFolder _folder = new();

    public AnyRows()
    {
        Weights = RandomWeights.Create(8, RandomWeights.Narrow(), new ImagePreprocessing { Size = AnyRow.Size });
        using var network = new PictureNetwork(Weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1));
        Rows = [.. Enumerable.Range(0, Count).Select(number => Create(number, network))];
    }

    internal MobileNetV2Weights Weights { get; }

    internal IReadOnlyList<AnyRow> Rows { get; }

    /// <summary>The folder of the images, each in a class of its parity.</summary>
    internal string Folder => _folder.Path;

    public void Dispose()
    {
        foreach (AnyRow row in Rows)
        {
            row.Image!.Dispose();
            row.OtherImage!.Dispose();
        }

        _folder.Dispose();
    }

    private AnyRow Create(int number, PictureNetwork network)
    {
        var random = new Random(number);
        string path = _folder.File(Path.Combine(number % 2 == 0 ? "even" : "odd", $"{number}.png"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using SKBitmap bitmap = Pictures.Paint(
            AnyRow.Size, AnyRow.Size, (_, _) => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        byte[] encoded = bitmap.EncodeAs(SKEncodedImageFormat.Png);
        File.WriteAllBytes(path, encoded);
        float[] pixels = new float[network.InputLength];
        network.Preprocessor.FromFile(path, pixels);
        float[] features = new float[network.OutputLength];
        network.Run(pixels, 1, features);
        AnyRow row = AnyRow.Of(number);
        row.Path = path;
        row.Encoded = encoded;
        row.Image = MLImage.CreateFromFile(path);
        row.Pixels = pixels;
        row.Expected = features;
        return row;
    }
}

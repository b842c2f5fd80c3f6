using System.Security.Cryptography;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Tests.WeightsImport.TfLite;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Segmentation;

/// <summary>A small network of four classes that is laid out by hand, in a folder of weights; and photos.</summary>
internal sealed class SmallSegmenter : IDisposable
{
    public const int Side = 65;

    private readonly TempFolder _folder = new();

    public SmallSegmenter()
    {
        byte[] file = new TfLiteTestFile(
            TfLiteTestFile.UInt8, width: 0.35, side: Side, outputStride: 16, segmentationClasses: 4).Write();
        File = Path("network.tflite");
        System.IO.File.WriteAllBytes(File, file);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        Model = new("small", new("network.tflite", new("http://127.0.0.1:9/"), file.Length, sha256))
        {
            Labels = ["nothing \"at\" all", "b", "c", "d"],
        };
        Store = new() { Folder = _folder.Path, CacheFolder = Path("cache"), Offline = true };
    }

    /// <summary>The TFLite file.</summary>
    public string File { get; }

    public PretrainedSegmenter Model { get; }

    /// <summary>Where the catalog finds it.</summary>
    public WeightsStoreOptions Store { get; }

    public string Path(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes a photo and gives its path.</summary>
    public string PhotoFile(int width, int height)
    {
        string path = Path(FormattableString.Invariant($"{width}-{height}.png"));
        System.IO.File.WriteAllBytes(path, Photo(width, height));
        return path;
    }

    /// <summary>The bytes of a photo.</summary>
    public static byte[] Photo(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => new SKColor(
            (byte)(i % width * 255 / width), (byte)(i / width * 255 / height), (byte)(i * 7)))];
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}

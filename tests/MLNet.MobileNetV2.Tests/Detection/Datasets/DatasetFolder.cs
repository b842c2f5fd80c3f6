using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

/// <summary>A temporary folder of texts and small pictures.</summary>
internal sealed class DatasetFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>The full path of a name with '/' between its parts.</summary>
    public string PathOf(string name) => System.IO.Path.Combine([_folder.Path, .. name.Split('/')]);

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Picture(string name, int width, int height)
    {
        using SKBitmap bitmap = Pictures.Quadrants(width, height);
        return Write(name, bitmap.EncodeAs(SKEncodedImageFormat.Png));
    }

    public string TurnedPicture(string name, int storedWidth, int storedHeight)
    {
        using SKBitmap bitmap = Pictures.Quadrants(storedWidth, storedHeight);
        return Write(name, JpegBytes.WithOrientation(bitmap.EncodeAs(SKEncodedImageFormat.Jpeg), 6));
    }

    public void Dispose() => _folder.Dispose();
}

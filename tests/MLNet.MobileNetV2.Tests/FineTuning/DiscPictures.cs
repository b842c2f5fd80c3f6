using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>A temporary folder with one sub-folder per class of small PNG images: a disc of the class's colour on grey noise.</summary>
internal sealed class DiscPictures : IDisposable
{
    private static readonly SKColor[] s_colours = [new(40, 60, 220), new(40, 190, 60), new(220, 50, 40)];

    private readonly TempFolder _folder = new();

    /// <summary>
    /// Draws so many images of each class; the seed gives place, size and noise. Wide ones are three times as wide as high, with the disc
    /// in the left third.
    /// </summary>
    public DiscPictures(int perClass, int seed = 1, int side = 40, bool areWide = false)
    {
        var random = new Random(seed);
        int width = areWide ? 3 * side : side;
        for (int c = 0; c < Classes.Count; c++)
        {
            Directory.CreateDirectory(File(Classes[c]));
            for (int number = 0; number < perClass; number++)
            {
                System.IO.File.WriteAllBytes(File($"{Classes[c]}/{number:D4}.png"), Draw(random, s_colours[c], side, width));
            }
        }
    }

    /// <summary>The class names in ordinal order.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["blue", "green", "red"];

    public string Path => _folder.Path;

    /// <summary>All files, class after class.</summary>
    public string[] Files => [.. Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public PhotoRow[] Rows => [.. Files.Select(PhotoRow.Of)];

    /// <summary>The full path of a name with '/' between its parts.</summary>
    public string File(string name) => System.IO.Path.Combine([_folder.Path, .. name.Split('/')]);

    /// <summary>Adds a file that is no image, the last one of all.</summary>
    public string AddBad()
    {
        string path = File($"{Classes[^1]}/zzzz.png");
        System.IO.File.WriteAllText(path, "no image");
        return path;
    }

    /// <summary>The images with a key as label.</summary>
    public IDataView Keyed(MLContext mlContext) => Keyed(mlContext, Rows);

    /// <summary>Rows with a key as label: one of the classes, or missing.</summary>
    public static IDataView Keyed<TRow>(MLContext mlContext, IEnumerable<TRow> rows)
        where TRow : class
    {
        IDataView text = mlContext.Data.LoadFromEnumerable(rows);
        IDataView classes = mlContext.Data.LoadFromEnumerable(Classes.Select(name => new ClassRow { Label = name }));
        return mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: classes).Fit(text).Transform(text);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Draw(Random random, SKColor colour, int side, int width)
    {
        double radius = side * (0.2 + (0.15 * random.NextDouble()));
        double x0 = radius + ((side - (2 * radius)) * random.NextDouble());
        double y0 = radius + ((side - (2 * radius)) * random.NextDouble());
        using SKBitmap picture = Pictures.Paint(width, side, (x, y) =>
        {
            int noise = random.Next(-40, 41);
            bool isInside = ((x - x0) * (x - x0)) + ((y - y0) * (y - y0)) < radius * radius;
            return isInside
                ? new SKColor(Level(colour.Red + noise), Level(colour.Green + noise), Level(colour.Blue + noise))
                : new SKColor(Level(128 + noise), Level(128 + noise), Level(128 + noise));
        });
        return picture.EncodeAs(SKEncodedImageFormat.Png);
    }

    private static byte Level(int value) => (byte)Math.Clamp(value, 0, 255);

    internal sealed class ClassRow
    {
        public string Label { get; set; } = string.Empty;
    }
}

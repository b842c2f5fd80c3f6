using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>A temporary folder of two classes that are each other's mirror images: arrows to the left and to the right.</summary>
internal sealed class ArrowPictures : IDisposable
{
    private const int Side = 96;
    private const int PerClass = 24;

    private readonly TempFolder _folder = new();

    public ArrowPictures()
    {
        var random = new Random(1);
        foreach (string direction in (string[])["left", "right"])
        {
            Directory.CreateDirectory(_folder.File(direction));
            for (int number = 0; number < PerClass; number++)
            {
                using SKBitmap picture = Draw(random, direction == "left");
                File.WriteAllBytes(_folder.File($"{direction}/{number:D2}.png"), picture.EncodeAs(SKEncodedImageFormat.Png));
            }
        }
    }

    public PhotoRow[] Rows =>
    [
        .. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(PhotoRow.Of),
    ];

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();

    // A triangle before a shaft.
    private static SKBitmap Draw(Random random, bool isLeft)
    {
        int x0 = random.Next(8, 24);
        int y0 = random.Next(36, 60);
        int length = random.Next(48, 64);
        var colour = new SKColor((byte)random.Next(160), (byte)random.Next(160), (byte)random.Next(160));
        return Pictures.Paint(Side, Side, (x, y) =>
        {
            int along = (isLeft ? x : Side - 1 - x) - x0;
            int across = Math.Abs(y - y0);
            bool isArrow = along >= 0 && along < length && across <= (along < length / 2 ? along : 6);
            return isArrow ? colour : SKColors.White;
        });
    }
}

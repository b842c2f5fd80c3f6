using MLNet.MobileNetV2.Tests.Detection.Datasets;
using MLNet.MobileNetV2.Tests.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

/// <summary>A data set of small pictures: light squares and dark discs on grey, a box each.</summary>
internal sealed class ShapesFolder : IDisposable
{
    public const int Side = 96;

    private readonly DatasetFolder _folder = new();

    public ShapesFolder(int pictures, int seed = 0)
    {
        var random = new Random(seed);
        _folder.Write("classes.txt", "square\ndisc\n");
        for (int i = 0; i < pictures; i++)
        {
            bool isDisc = i % 2 == 1;
            int radius = random.Next(16, 28);
            (int x, int y) = (random.Next(radius, Side - radius), random.Next(radius, Side - radius));
            using SKBitmap bitmap = Pictures.Paint(Side, Side, (column, row) => Colour(
                random,
                isDisc,
                isDisc
                    ? ((column - x) * (column - x)) + ((row - y) * (row - y)) <= radius * radius
                    : Math.Max(Math.Abs(column - x), Math.Abs(row - y)) <= radius));
            _folder.Write($"{i}.png", bitmap.EncodeAs(SKEncodedImageFormat.Png));
            _folder.Write($"{i}.txt", FormattableString.Invariant(
                $"{(isDisc ? 1 : 0)} {(x + 0.5) / Side} {(y + 0.5) / Side} {((2 * radius) + 1.0) / Side} {((2 * radius) + 1.0) / Side}\n"));
        }

        Dataset = TestDatasets.Load(_folder.Path);
    }

    public DetectionDataset Dataset { get; }

    /// <summary>The pictures with these boxes in place of their own.</summary>
    public DetectionDataset With(params LabelledBox[] boxes) => new(
        Dataset.Path, Dataset.Format, Dataset.Classes, [.. Dataset.Images.Select(image => image with { Boxes = boxes })]);

    public void Dispose() => _folder.Dispose();

    private static SKColor Colour(Random random, bool isDisc, bool isInside)
    {
        byte noise = (byte)random.Next(20);
        return !isInside ? new((byte)(100 + noise), 110, 120)
            : isDisc ? new(20, 30, (byte)(60 + noise))
            : new(230, (byte)(200 + noise), 90);
    }
}

using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Training.Views;

/// <summary>Draws a part of a photo by SSD's rule: one that overlaps a box well enough and has the centre of one.</summary>
internal static class RegionDraw
{
    private const int Attempts = 50;
    private const double MostRatio = 2;
    private static readonly double[] s_overlaps = [0, 0.1, 0.3, 0.5, 0.7, 0.9];

    /// <summary>The whole of a photo.</summary>
    public static CropBox Whole { get; } = new(0, 0, 1, 1);

    /// <summary>Draws a part, in fractions of the photo's sides; the whole where none is found.</summary>
    public static CropBox Draw(TrainedImage image, double smallestSide, ref SplitMix64 random)
    {
        TrainedBox[] boxes = [.. image.Boxes.Where(box => !box.IsIgnored)];
        double least = s_overlaps[random.NextInt32(s_overlaps.Length)];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double width = random.NextDouble(smallestSide, 1);
            double height = random.NextDouble(smallestSide, 1);
            double ratio = width / height;
            var region = new CropBox(random.NextDouble(0, 1 - width), random.NextDouble(0, 1 - height), width, height);
            if (ratio is > MostRatio or < 1 / MostRatio)
            {
                continue;
            }

            if (boxes.Length == 0 || (boxes.Any(box => IsCentreIn(region, box.Box)) && boxes.Any(box => Overlap(region, box.Box) >= least)))
            {
                return region;
            }
        }

        return Whole;
    }

    /// <summary>The boxes of a region whose centre lies in it, cut off at its edges, in fractions of it.</summary>
    public static IEnumerable<TrainedBox> Boxes(CropBox region, IReadOnlyList<TrainedBox> boxes) => boxes
        .Where(box => box.IsIgnored ? Overlap(region, box.Box) > 0 : IsCentreIn(region, box.Box))
        .Select(box => box with
        {
            Box = new(
                Part(box.Box.Top - region.Top, region.Height),
                Part(box.Box.Left - region.Left, region.Width),
                Part(box.Box.Bottom - region.Top, region.Height),
                Part(box.Box.Right - region.Left, region.Width)),
        });

    private static float Part(double distance, double length) => (float)Math.Clamp(distance / length, 0, 1);

    private static bool IsCentreIn(CropBox region, RelativeBox box)
    {
        double y = (((double)box.Top + box.Bottom) / 2) - region.Top;
        double x = (((double)box.Left + box.Right) / 2) - region.Left;
        return y >= 0 && x >= 0 && y <= region.Height && x <= region.Width;
    }

    private static double Overlap(CropBox region, RelativeBox box) => new RelativeBox(
        (float)region.Top, (float)region.Left, (float)(region.Top + region.Height), (float)(region.Left + region.Width)).Overlap(box);
}

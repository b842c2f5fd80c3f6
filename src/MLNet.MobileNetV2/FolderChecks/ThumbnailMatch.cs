using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Compares two thumbnails: as they are, turned and mirrored, and a part of one with the whole of the other.</summary>
internal static class ThumbnailMatch
{
    private const int Side = ImageThumbnail.Side;

    // Light alone is alike in many photos of a bright thing on a dark ground; what tells them apart is in the details.
    private const double LeastLight = 0.95;
    private const double LeastDetail = 0.8;
    private const double LeastCroppedDetail = 0.7;
    private const double OtherBrightness = 10;
    private const int DetailRadius = 3;

    private const double LeastCoarseLight = 0.9;

    private static readonly double[] s_cropSides = [0.95, 0.9, 0.85, 0.8];
    private static readonly double[] s_cropPlaces = [0.5, 0, 1];

    private static readonly SquareCrop[] s_coarseCrops =
    [
        .. from side in s_cropSides
           from top in s_cropPlaces
           from left in s_cropPlaces
           select new SquareCrop(ComparedPhoto.CoarseSide, left * (1 - side), top * (1 - side), side),
    ];

    /// <summary>How two photos are the same; null where they are not.</summary>
    public static (DuplicateKind Kind, double Similarity)? Of(ComparedPhoto first, ComparedPhoto second)
    {
        if (AreAlike(first.Coarse, second.Coarse) && Similarity(first.Light(), second.Light(), LeastDetail) is { } same)
        {
            bool isLighter = Math.Abs(Mean(first.Light()) - Mean(second.Light())) > OtherBrightness;
            return (isLighter ? DuplicateKind.Brightness : DuplicateKind.Copy, same);
        }

        for (int turn = 1; turn < Orientation.Count; turn++)
        {
            if (AreAlike(first.Coarse, Orientation.Turn(second.Coarse, ComparedPhoto.CoarseSide, turn))
                && Similarity(first.Light(), Orientation.Turn(second.Light(), Side, turn), LeastDetail) is { } turned)
            {
                return (Orientation.IsMirror(turn) ? DuplicateKind.Mirrored : DuplicateKind.Rotated, turned);
            }
        }

        return Part(first, second) ?? Part(second, first);
    }

    private static (DuplicateKind Kind, double Similarity)? Part(ComparedPhoto whole, ComparedPhoto part)
    {
        double best = 0;
        float[] coarse = new float[whole.Coarse.Length];
        float[]? cropped = null;
        foreach (SquareCrop crop in s_coarseCrops)
        {
            crop.Of(whole.Coarse, coarse);
            if (AreAlike(coarse, part.Coarse))
            {
                new SquareCrop(Side, crop).Of(whole.Light(), cropped ??= new float[Side * Side]);
                best = Math.Max(best, Similarity(cropped, part.Light(), LeastCroppedDetail) ?? 0);
            }
        }

        return best > 0 ? (DuplicateKind.Cropped, best) : null;
    }

    // In a few large cells the same photo is at least as much alike as in many small ones.
    private static bool AreAlike(float[] one, float[] other) => Correlation(one, other) >= LeastCoarseLight;

    private static double? Similarity(float[] one, float[] other, double leastDetail)
    {
        double light = Correlation(one, other);
        return light >= LeastLight && Correlation(Details(one), Details(other)) >= leastDetail ? light : null;
    }

    private static double Correlation(float[] one, float[] other)
    {
        float[] a = Centred(one), b = Centred(other);
        double length = Math.Sqrt((double)TensorPrimitives.SumOfSquares<float>(a) * TensorPrimitives.SumOfSquares<float>(b));
        return length > 0 ? TensorPrimitives.Dot<float>(a, b) / length : 0;
    }

    private static float[] Centred(float[] values)
    {
        var centred = new float[values.Length];
        TensorPrimitives.Subtract(values, Mean(values), centred);
        return centred;
    }

    private static float Mean(float[] values) => TensorPrimitives.Sum<float>(values) / values.Length;

    /// <summary>The light less its mean over a square around each pixel.</summary>
    private static float[] Details(float[] light)
    {
        var rows = new float[light.Length];
        var details = new float[light.Length];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                rows[(y * Side) + x] = MeanAround(light, (y * Side), x, 1);
            }
        }

        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                details[(y * Side) + x] = light[(y * Side) + x] - MeanAround(rows, x, y, Side);
            }
        }

        return details;
    }

    private static float MeanAround(float[] values, int start, int place, int step)
    {
        int first = Math.Max(0, place - DetailRadius), last = Math.Min(Side - 1, place + DetailRadius);
        float sum = 0;
        for (int i = first; i <= last; i++)
        {
            sum += values[start + (i * step)];
        }

        return sum / (last - first + 1);
    }
}

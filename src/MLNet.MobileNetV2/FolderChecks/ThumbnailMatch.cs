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

    private static readonly double[] s_cropSides = [0.95, 0.9, 0.85, 0.8];
    private static readonly double[] s_cropPlaces = [0.5, 0, 1];

    /// <summary>How two photos are the same; null where they are not.</summary>
    public static (DuplicateKind Kind, double Similarity)? Of(ImageThumbnail first, ImageThumbnail second)
    {
        float[] one = Floats(first.Grey);
        float[] other = Floats(second.Grey);
        if (Similarity(one, other, LeastDetail) is { } same)
        {
            bool isLighter = Math.Abs(Mean(one) - Mean(other)) > OtherBrightness;
            return (isLighter ? DuplicateKind.Brightness : DuplicateKind.Copy, same);
        }

        for (int turn = 1; turn < Orientation.Count; turn++)
        {
            if (Similarity(one, Orientation.Turn(other, Side, turn), LeastDetail) is { } turned)
            {
                return (Orientation.IsMirror(turn) ? DuplicateKind.Mirrored : DuplicateKind.Rotated, turned);
            }
        }

        return Part(one, other) ?? Part(other, one);
    }

    private static (DuplicateKind Kind, double Similarity)? Part(float[] whole, float[] part)
    {
        double best = 0;
        float[] cropped = new float[whole.Length];
        foreach (double side in s_cropSides)
        {
            foreach (double top in s_cropPlaces)
            {
                foreach (double left in s_cropPlaces)
                {
                    Crop(whole, left * (1 - side), top * (1 - side), side, cropped);
                    best = Math.Max(best, Similarity(cropped, part, LeastCroppedDetail) ?? 0);
                }
            }
        }

        return best > 0 ? (DuplicateKind.Cropped, best) : null;
    }

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

    private static void Crop(float[] whole, double left, double top, double side, float[] cropped)
    {
        for (int y = 0; y < Side; y++)
        {
            (int y0, int y1, float ys) = Place(top, side, y);
            for (int x = 0; x < Side; x++)
            {
                (int x0, int x1, float xs) = Place(left, side, x);
                float above = float.Lerp(whole[(y0 * Side) + x0], whole[(y0 * Side) + x1], xs);
                float below = float.Lerp(whole[(y1 * Side) + x0], whole[(y1 * Side) + x1], xs);
                cropped[(y * Side) + x] = float.Lerp(above, below, ys);
            }
        }
    }

    private static (int Low, int High, float Share) Place(double start, double side, int index)
    {
        double place = Math.Clamp(((start + ((index + 0.5) / Side * side)) * Side) - 0.5, 0, Side - 1);
        int low = (int)place;
        return (low, Math.Min(low + 1, Side - 1), (float)(place - low));
    }

    private static float[] Floats(byte[] grey) => Array.ConvertAll(grey, value => (float)value);
}

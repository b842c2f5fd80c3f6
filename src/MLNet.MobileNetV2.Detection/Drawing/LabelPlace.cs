using SkiaSharp;

namespace MLNet.MobileNetV2.Detection.Drawing;

/// <summary>Finds places for labels.</summary>
internal static class LabelPlace
{
    /// <summary>
    /// The place of a label: on the photo; above its box, or at its top inside, at its bottom inside, or below, the first of these that
    /// covers no earlier label. Where all do, the nearest rows down from the box's top are tried, and at last the first place is taken.
    /// </summary>
    /// <param name="box">The box.</param>
    /// <param name="wide">The label's width, at most the photo's.</param>
    /// <param name="high">The label's height, at most the photo's.</param>
    /// <param name="width">The photo's width.</param>
    /// <param name="height">The photo's height.</param>
    /// <param name="taken">Earlier labels.</param>
    public static SKRect Find(BoundingBox box, float wide, float high, int width, int height, IReadOnlyList<SKRect> taken)
    {
        BoundingBox clipped = box.Clip(width, height);
        float top = clipped.Y;
        float bottom = clipped.Y + clipped.Height;
        float left = Math.Clamp(clipped.X, 0, width - wide);
        IEnumerable<float> tops = [top - high, top, bottom - high, bottom, .. Rows(top + high, high, height)];
        SKRect[] places = [.. tops.Where(y => y >= 0 && y + high <= height).Select(y => new SKRect(left, y, left + wide, y + high))];
        foreach (SKRect place in places)
        {
            if (!taken.Any(other => other.IntersectsWith(place)))
            {
                return place;
            }
        }

        return places.Length > 0 ? places[0] : new SKRect(left, 0, left + wide, high);
    }

    private static IEnumerable<float> Rows(float start, float high, int height)
    {
        for (float y = start; y + high <= height; y += high)
        {
            yield return y;
        }
    }
}

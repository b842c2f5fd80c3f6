using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>A rectangle in the pixels of the upright photo, from its left and top edge. Immutable and thread-safe.</summary>
/// <remarks>
/// Edges lie between pixels, so the whole photo is 0, 0, width, height. Any values can be held, those of a faulty file too: a side may be
/// negative, a number NaN.
/// </remarks>
/// <param name="X">The left edge.</param>
/// <param name="Y">The top edge.</param>
/// <param name="Width">From the left edge to the right one.</param>
/// <param name="Height">From the top edge to the bottom one.</param>
public readonly record struct BoundingBox(float X, float Y, float Width, float Height)
{
    /// <summary>The right edge.</summary>
    public float Right => X + Width;

    /// <summary>The bottom edge.</summary>
    public float Bottom => Y + Height;

    /// <summary>Width times height; 0 for a box without both.</summary>
    public double Area => Width > 0 && Height > 0 ? (double)Width * Height : 0;

    /// <summary>Left, top, right and bottom, as ML.NET's columns have them.</summary>
    internal float[] Edges => [X, Y, Right, Bottom];

    /// <summary>Whether all four numbers are finite.</summary>
    internal bool IsFinite => float.IsFinite(X) && float.IsFinite(Y) && float.IsFinite(Width) && float.IsFinite(Height);

    /// <summary>A box by its edges.</summary>
    /// <param name="left">The left edge.</param>
    /// <param name="top">The top edge.</param>
    /// <param name="right">The right edge.</param>
    /// <param name="bottom">The bottom edge.</param>
    public static BoundingBox FromEdges(float left, float top, float right, float bottom) => new(left, top, right - left, bottom - top);

    /// <summary>The area that two boxes share; 0 where they do not overlap.</summary>
    /// <param name="other">The other box.</param>
    public double Intersection(BoundingBox other)
    {
        double width = Math.Min((double)X + Width, (double)other.X + other.Width) - Math.Max(X, other.X);
        double height = Math.Min((double)Y + Height, (double)other.Y + other.Height) - Math.Max(Y, other.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>
    /// The shared area divided by the area that either box covers (intersection over union, Jaccard index): 1 for equal boxes, 0 for boxes
    /// that do not overlap or have no area.
    /// </summary>
    /// <param name="other">The other box.</param>
    public double IntersectionOverUnion(BoundingBox other)
    {
        double shared = Intersection(other);
        return shared > 0 ? shared / (Area + other.Area - shared) : 0;
    }

    /// <summary>The part of the box inside a photo; a box without width or height where there is none.</summary>
    /// <param name="width">The photo's width in pixels.</param>
    /// <param name="height">The photo's height in pixels.</param>
    public BoundingBox Clip(float width, float height)
    {
        float left = Math.Clamp(X, 0, width);
        float top = Math.Clamp(Y, 0, height);
        return new(
            left,
            top,
            X >= 0 && Right <= width ? Width : Math.Clamp(Right, 0, width) - left,
            Y >= 0 && Bottom <= height ? Height : Math.Clamp(Bottom, 0, height) - top);
    }

    /// <summary>For example <c>[12, 8, 100.5, 40]</c>: left, top, width, height.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{X}, {Y}, {Width}, {Height}]");
}

namespace MLNet.MobileNetV2.Detection.Boxes;

/// <summary>A box as networks have it: edges in fractions of the picture, 0 to 1, in the order of their outputs.</summary>
internal readonly record struct RelativeBox(float Top, float Left, float Bottom, float Right)
{
    public double Area => Bottom > Top && Right > Left ? ((double)Bottom - Top) * ((double)Right - Left) : 0;

    /// <summary>The box in a photo's pixels, not clipped.</summary>
    public BoundingBox ToPixels(int width, int height) =>
        new(Left * width, Top * height, (Right - Left) * width, (Bottom - Top) * height);

    public static RelativeBox FromPixels(BoundingBox box, int width, int height) => new(
        box.Y / height, box.X / width, (float)(((double)box.Y + box.Height) / height), (float)(((double)box.X + box.Width) / width));

    public double Intersection(RelativeBox other)
    {
        double height = (double)Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        double width = (double)Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>Intersection over union; 0 where either has no area.</summary>
    public double Overlap(RelativeBox other)
    {
        double shared = Intersection(other);
        return shared > 0 ? shared / (Area + other.Area - shared) : 0;
    }
}

using MLNet.MobileNetV2.Detection.Boxes;

namespace MLNet.MobileNetV2.Detection.Anchors;

/// <summary>A box that a row of the network's output starts from, in fractions of the picture.</summary>
internal readonly record struct Anchor(float CentreY, float CentreX, float Height, float Width)
{
    public RelativeBox Box => new(CentreY - (Height / 2), CentreX - (Width / 2), CentreY + (Height / 2), CentreX + (Width / 2));
}

/// <summary>The height and width of an anchor, in fractions of the picture.</summary>
internal readonly record struct AnchorShape(float Height, float Width)
{
    /// <summary>A shape by the square root of its area and by width divided by height.</summary>
    public static AnchorShape Of(double scale, double ratio) => new((float)(scale / Math.Sqrt(ratio)), (float)(scale * Math.Sqrt(ratio)));

    /// <summary>Intersection over union of two shapes with one centre.</summary>
    public double Overlap(AnchorShape other)
    {
        double shared = (double)Math.Min(Height, other.Height) * Math.Min(Width, other.Width);
        return shared > 0 ? shared / (((double)Height * Width) + ((double)other.Height * other.Width) - shared) : 0;
    }
}

/// <summary>A feature map that boxes are predicted from: its size, and the anchors around the centre of each of its cells.</summary>
internal sealed record AnchorMap(int Rows, int Columns, IReadOnlyList<AnchorShape> Shapes);

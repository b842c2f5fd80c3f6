using MLNet.MobileNetV2.Detection.Boxes;

namespace MLNet.MobileNetV2.Detection.Anchors;

/// <summary>The four numbers that a row of the network predicts: how a box differs from the row's anchor.</summary>
internal readonly record struct BoxOffsets(float CentreY, float CentreX, float Height, float Width);

/// <summary>
/// Turns boxes into what the network predicts and back: centres in parts of the anchor's sides, sides as logarithms, each scaled so that
/// errors weigh about the same.
/// </summary>
internal static class BoxCoder
{
    public const float CentreScale = 10;
    public const float SideScale = 5;

    public static BoxOffsets Encode(Anchor anchor, RelativeBox box)
    {
        double height = (double)box.Bottom - box.Top;
        double width = (double)box.Right - box.Left;
        return new(
            (float)(CentreScale * (box.Top + (height / 2) - anchor.CentreY) / anchor.Height),
            (float)(CentreScale * (box.Left + (width / 2) - anchor.CentreX) / anchor.Width),
            (float)(SideScale * Math.Log(height / anchor.Height)),
            (float)(SideScale * Math.Log(width / anchor.Width)));
    }

    public static RelativeBox Decode(Anchor anchor, BoxOffsets offsets)
    {
        float centreY = (offsets.CentreY / CentreScale * anchor.Height) + anchor.CentreY;
        float centreX = (offsets.CentreX / CentreScale * anchor.Width) + anchor.CentreX;
        float height = MathF.Exp(offsets.Height / SideScale) * anchor.Height;
        float width = MathF.Exp(offsets.Width / SideScale) * anchor.Width;
        return new(centreY - (height / 2), centreX - (width / 2), centreY + (height / 2), centreX + (width / 2));
    }
}

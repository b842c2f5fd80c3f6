using FsCheck.Xunit;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Detection.Anchors;

public class BoxCoderTests
{
    private static readonly Anchor s_anchor = new(0.5f, 0.4f, 0.2f, 0.1f);

    [Fact]
    public void Encode_OfTheAnchorItself_IsZero()
    {
        BoxOffsets offsets = BoxCoder.Encode(s_anchor, s_anchor.Box);

        Assert.All([offsets.CentreY, offsets.CentreX, offsets.Height, offsets.Width], offset => Assert.Equal(0, offset, 1e-5f));
    }

    [Fact]
    public void Encode_ScalesCentresByTen_AndLogarithmsOfSidesByFive()
    {
        // A tenth of the anchor's height lower, a fifth of its width to the right, twice as high, half as wide.
        var box = new RelativeBox(0.52f - 0.2f, 0.42f - 0.025f, 0.52f + 0.2f, 0.42f + 0.025f);

        BoxOffsets offsets = BoxCoder.Encode(s_anchor, box);

        Assert.Equal(1, offsets.CentreY, 1e-4f);
        Assert.Equal(2, offsets.CentreX, 1e-4f);
        Assert.Equal(5 * MathF.Log(2), offsets.Height, 1e-4f);
        Assert.Equal(-5 * MathF.Log(2), offsets.Width, 1e-4f);
    }

    [Property]
    public void Decode_OfWhatWasEncoded_IsTheBox(int seed)
    {
        var random = new SplitMix64(seed);
        float top = (float)random.NextDouble(0, 0.8);
        float left = (float)random.NextDouble(0, 0.8);
        var box = new RelativeBox(top, left, top + (float)random.NextDouble(0.01, 0.2), left + (float)random.NextDouble(0.01, 0.2));

        RelativeBox decoded = BoxCoder.Decode(s_anchor, BoxCoder.Encode(s_anchor, box));

        Assert.Equal(box.Top, decoded.Top, 1e-5f);
        Assert.Equal(box.Left, decoded.Left, 1e-5f);
        Assert.Equal(box.Bottom, decoded.Bottom, 1e-5f);
        Assert.Equal(box.Right, decoded.Right, 1e-5f);
    }
}

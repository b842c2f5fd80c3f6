using MLNet.MobileNetV2.Detection.Anchors;

namespace MLNet.MobileNetV2.Tests.Detection.Anchors;

public class AnchorMatchingTests
{
    private const int Background = AnchorMatching.Background;
    private const int Ignored = AnchorMatching.Ignored;

    /// <summary>Four squares side by side.</summary>
    private static readonly Anchor[] s_row =
        [.. Enumerable.Range(0, 4).Select(index => new Anchor(0.125f, 0.125f + (0.25f * index), 0.25f, 0.25f))];

    [Fact]
    public void Box_HasItsBestAnchor_HoweverLittleItOverlaps() =>
        Assert.Equal([Background, Background, 0, Background], AnchorMatching.Match(s_row, [new(new(0, 0.51f, 0.05f, 0.6f))]));

    [Fact]
    public void Anchors_ThatOverlapByHalf_LearnTheBoxThatTheyOverlapMost()
    {
        Anchor[] anchors =
        [
            new(0.5f, 0.5f, 0.4f, 0.4f), new(0.5f, 0.5f, 0.4f, 0.5f), new(0.5f, 0.6f, 0.4f, 0.4f), new(0.5f, 0.5f, 0.1f, 0.1f),
        ];
        MatchedTruth[] truths = [new(anchors[0].Box), new(anchors[2].Box)];

        // The second overlaps the first box by 0.8 and the second one by 0.64; the fourth none by half.
        Assert.Equal([0, 0, 1, Background], AnchorMatching.Match(anchors, truths));
    }

    [Fact]
    public void TwoBoxes_WithOneBestAnchor_HaveTwoAnchors()
    {
        MatchedTruth[] truths = [new(new(0, 0.24f, 0.25f, 0.45f)), new(new(0, 0.25f, 0.25f, 0.5f))];

        int[] match = AnchorMatching.Match(s_row, truths);

        // The second has the better overlap with the anchor that both want; the first has the next one.
        Assert.Equal([0, 1, Background, Background], match);
    }

    [Fact]
    public void EqualBoxes_HaveAnAnchorEach_TheFirstTheBest()
    {
        MatchedTruth truth = new(new(0, 0.1f, 0.25f, 0.5f));

        Assert.Equal([1, 0, Background, Background], AnchorMatching.Match(s_row, [truth, truth]));
    }

    [Fact]
    public void MoreBoxesThanAnchors_LeavesSomeWithout()
    {
        MatchedTruth truth = new(new(0, 0, 1, 1));

        Assert.Equal([0, 1, 2, 3], AnchorMatching.Match(s_row, [.. Enumerable.Repeat(truth, 6)]).Order());
    }

    [Fact]
    public void Anchors_MostlyInAnIgnoredRegion_LearnNothing_ButThoseOfBoxesDo()
    {
        MatchedTruth[] truths = [new(new(0, 0, 1, 0.65f), IsIgnored: true), new(s_row[1].Box)];

        Assert.Equal([Ignored, 1, Ignored, Background], AnchorMatching.Match(s_row, truths));
    }

    [Fact]
    public void Boxes_WithoutAreaOrOutside_HaveNoAnchor() => Assert.Equal(
        [Background, Background, Background, Background],
        AnchorMatching.Match(s_row, [new(new(0.1f, 0.1f, 0.1f, 0.2f)), new(new(2, 2, 3, 3)), new(new(float.NaN, 0, 1, 1))]));
}

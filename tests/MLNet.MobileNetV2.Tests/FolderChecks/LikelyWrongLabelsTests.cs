using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

public sealed class LikelyWrongLabelsTests
{
    private static readonly int[] s_labels = [0, 0, 0, 1, 1, 1];
    private static readonly int[] s_groups = [0, 1, 2, 3, 4, 5];

    // The third photo is labelled a, and is like those of b.
    private static readonly Neighbour[][] s_nearest =
    [
        Near(1, 2), Near(0, 3), Near(3, 4), Near(4, 5), Near(3, 5), Near(3, 4),
    ];

    [Fact]
    public void Find_NamesAPhotoOfWhichTheHeadAndItsNeighboursSayAnotherClass()
    {
        LikelyWrongLabel found = Assert.Single(Find(s_groups, Image(2, 0.2f, 0.8f)));

        Assert.Equal(("photo 2", "a", "b", 0.9f), (found.Path, found.Label, found.Suggested, found.Probability));
    }

    [Fact]
    public void Find_HasTheLikeliestFirst() => Assert.Equal(
        ["photo 5", "photo 2"],
        LikelyWrongLabels.Find(
            [null, null, Image(2, 0.4f, 0.6f), null, null, Image(5, 0.9f, 0.1f)],
            [[], [], Near(3, 4), [], [], Near(0, 1)],
            s_groups,
            s_labels,
            ["a", "b"]).Select(photo => photo.Path));

    [Fact]
    public void Find_WhereTheHeadAgreesWithTheLabel_NamesNothing() => Assert.Empty(Find(s_groups, Image(2, 0.7f, 0.3f)));

    [Fact]
    public void Find_WhereTheNeighboursAreDivided_NamesNothing() => Assert.Empty(LikelyWrongLabels.Find(
        [null, Image(1, 0.1f, 0.9f)], [[], Near(0, 3)], s_groups, s_labels, ["a", "b"]));

    [Fact]
    public void Find_GivesPhotosThatAreTheSameNoVote() => Assert.Empty(Find([0, 1, 3, 3, 3, 5], Image(2, 0.2f, 0.8f)));

    [Fact]
    public void Find_LeavesOutPhotosThatWereNotTested() => Assert.Empty(LikelyWrongLabels.Find(
        new ScoredImage?[6], s_nearest, s_groups, s_labels, ["a", "b"]));

    private static IReadOnlyList<LikelyWrongLabel> Find(int[] groups, ScoredImage third) => LikelyWrongLabels.Find(
        [Image(0, 0.9f, 0.1f), Image(1, 0.9f, 0.1f), third, Image(3, 0.1f, 0.9f), Image(4, 0.1f, 0.9f), Image(5, 0.1f, 0.9f)],
        s_nearest,
        groups,
        s_labels,
        ["a", "b"]);

    private static Neighbour[] Near(params int[] photos) => [.. photos.Select(photo => new Neighbour(photo, 0.8f))];

    private static ScoredImage Image(int photo, params float[] probabilities) =>
        new(s_labels[photo], probabilities) { Path = $"photo {photo}" };
}

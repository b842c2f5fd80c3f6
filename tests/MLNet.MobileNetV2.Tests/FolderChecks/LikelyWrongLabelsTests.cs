using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

public sealed class LikelyWrongLabelsTests
{
    [Fact]
    public void Find_NamesPhotosThatAreSurelyOfAnotherClass_TheLikeliestFirst()
    {
        // Photos of a have 0.7 for a on the mean, of b 0.6 for b.
        ScoredImage[] images =
        [
            Image("a1", 0, 0.9f, 0.1f), Image("a2", 0, 0.9f, 0.1f), Image("a3", 0, 0.3f, 0.7f),
            Image("b1", 1, 0.1f, 0.9f), Image("b2", 1, 0.2f, 0.8f), Image("b3", 1, 0.9f, 0.1f),
            Image("b4", 1, 0.4f, 0.6f),
        ];

        IReadOnlyList<LikelyWrongLabel> found = LikelyWrongLabels.Find(images, ["a", "b"]);

        Assert.Equal([new("b3", "b", "a", 0.9f), new("a3", "a", "b", 0.7f)], found);
    }

    [Fact]
    public void Find_LeavesWhatIsUnsureInPeace()
    {
        ScoredImage[] images =
            [Image("a1", 0, 0.9f, 0.1f), Image("a2", 0, 0.45f, 0.55f), Image("b1", 1, 0.1f, 0.9f), Image("b2", 1, 0.3f, 0.7f)];

        Assert.Empty(LikelyWrongLabels.Find(images, ["a", "b"]));
    }

    [Fact]
    public void Find_NeverSuggestsAClassWithoutPhotos() => Assert.Empty(
        LikelyWrongLabels.Find([Image("a1", 0, 0.1f, 0.9f), Image("a2", 0, 0.2f, 0.8f)], ["a", "b"]));

    private static ScoredImage Image(string path, int label, params float[] probabilities) => new(label, probabilities) { Path = path };
}

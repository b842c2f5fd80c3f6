namespace MLNet.MobileNetV2.Tests.Classification;

public class ClassScoreTests
{
    private static readonly string[] s_labels = ["a", "b", "c", "d"];

    [Fact]
    public void Top_GivesTheHighestScoresBestFirst() => Assert.Equal(
        [new ClassScore(2, "c", 0.5f), new ClassScore(0, "a", 0.3f)], ClassScore.Top(s_labels, [0.3f, 0.1f, 0.5f, 0.1f], 2));

    [Fact]
    public void Top_OfEqualScores_KeepsTheOrderOfTheLabels() =>
        Assert.Equal([0, 1, 2, 3], ClassScore.Top(s_labels, [0.25f, 0.25f, 0.25f, 0.25f], 4).Select(score => score.Index));

    [Fact]
    public void Top_OfMoreThanThereAre_GivesAll() => Assert.Equal(4, ClassScore.Top(s_labels, [1, 2, 3, 4], 9).Count);

    [Fact]
    public void Top_OfNone_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassScore.Top(s_labels, [1, 2, 3, 4], 0));

    [Fact]
    public void Top_WithTooFewScores_ThrowsSayingHowMany() => Assert.Contains(
        "3 scores for 4 labels",
        Assert.Throws<ArgumentException>(() => ClassScore.Top(s_labels, [1, 2, 3], 1)).Message,
        StringComparison.Ordinal);
}

using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

public sealed class OrientationTests
{
    private static readonly int[] s_square = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Theory]
    [InlineData(0, "1 2 3 4 5 6 7 8 9")]
    [InlineData(1, "7 4 1 8 5 2 9 6 3")]
    [InlineData(2, "9 8 7 6 5 4 3 2 1")]
    [InlineData(3, "3 6 9 2 5 8 1 4 7")]
    [InlineData(4, "3 2 1 6 5 4 9 8 7")]
    public void Turn_MovesEachValue(int orientation, string expected) =>
        Assert.Equal(expected, string.Join(' ', Orientation.Turn(s_square, 3, orientation)));

    [Fact]
    public void Turn_OfAllOrientations_GivesEightDifferentSquares() => Assert.Equal(
        8, Enumerable.Range(0, Orientation.Count).Select(turn => string.Join(' ', Orientation.Turn(s_square, 3, turn))).Distinct().Count());

    [Fact]
    public void IsMirror_HoldsForTheMirrorImageAlone() =>
        Assert.Equal([4], Enumerable.Range(0, Orientation.Count).Where(Orientation.IsMirror));
}

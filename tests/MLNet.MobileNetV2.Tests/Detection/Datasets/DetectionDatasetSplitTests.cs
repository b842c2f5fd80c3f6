using MLNet.MobileNetV2.Tests.Detection.Training;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class DetectionDatasetSplitTests
{
    [Fact]
    public void Split_GivesEachPhotoToOnePart_TheSameForASeed()
    {
        using var folder = new ShapesFolder(10);

        (DetectionDataset kept, DetectionDataset held) = folder.Dataset.Split(0.3, seed: 5);
        (DetectionDataset keptAgain, DetectionDataset heldAgain) = folder.Dataset.Split(0.3, seed: 5);

        Assert.Equal((7, 3), (kept.Images.Count, held.Images.Count));
        Assert.Equal(Paths(folder.Dataset), Paths(kept).Concat(Paths(held)).Order(StringComparer.Ordinal));
        Assert.Equal(Paths(held), Paths(heldAgain));
        Assert.Equal(Paths(kept), Paths(keptAgain));
        Assert.NotEqual(Paths(held), Paths(folder.Dataset.Split(0.3, seed: 6).HeldOut));
        Assert.Equal(folder.Dataset.Classes, held.Classes);
    }

    [Fact]
    public void Split_OfASmallFraction_HoldsOnePhotoOut()
    {
        using var folder = new ShapesFolder(2);

        Assert.Single(folder.Dataset.Split(0.01).HeldOut.Images);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Split_ByAnImpossibleFraction_SaysWhatIsAllowed(double fraction)
    {
        using var folder = new ShapesFolder(1);

        Assert.Contains(
            "more than 0 and less than 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => folder.Dataset.Split(fraction)).Message,
            StringComparison.Ordinal);
    }

    private static IEnumerable<string> Paths(DetectionDataset dataset) => dataset.Images.Select(image => image.ImagePath);
}

using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class ImageNetLabelsTests
{
    [Fact]
    public void Published_HasTheBackgroundFirst()
    {
        IReadOnlyList<string> labels = ImageNetLabels.Published;

        Assert.Equal(1001, labels.Count);
        Assert.Equal("background", labels[0]);
        Assert.Equal("tench, Tinca tinca", labels[1]);
        Assert.Equal("toilet tissue, toilet paper, bathroom tissue", labels[1000]);
    }

    [Fact]
    public void Published_IsTheFileThatImageNetsWeightsCameWith() => Assert.Equal(
        File.ReadAllLines(Path.Combine(TestEnvironment.RequireWeightsFolder(), "imagenet_labels.txt")), ImageNetLabels.Published);

    [Theory]
    [InlineData(1000)]
    [InlineData(1002)]
    public void Load_AnotherNumberOfLines_ThrowsNamingFileAndNumber(int lines)
    {
        using var folder = new TempFolder();
        string path = folder.File("labels.txt");
        File.WriteAllLines(path, Enumerable.Repeat("x", lines));

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => ImageNetLabels.Load(path));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains($"it has {lines} lines", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileBeyondTheLimit_Throws()
    {
        using var folder = new TempFolder();
        string path = folder.File("labels.txt");
        File.WriteAllBytes(path, new byte[(1024 * 1024) + 1]);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => ImageNetLabels.Load(path));

        Assert.Contains("1,048,577 bytes; 1 to 1,048,576 are allowed", e.Reason, StringComparison.Ordinal);
    }
}

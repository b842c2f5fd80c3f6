using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class NetworkClassesTests
{
    [Fact]
    public void ImageNet_HasTheBackgroundFirst()
    {
        IReadOnlyList<string> labels = NetworkClasses.ImageNet.All;

        Assert.Equal(1001, labels.Count);
        Assert.Equal("background", labels[0]);
        Assert.Equal("tench, Tinca tinca", labels[1]);
        Assert.Equal("toilet tissue, toilet paper, bathroom tissue", labels[1000]);
    }

    [Fact]
    public void Birds_HasTheBackgroundLast()
    {
        NetworkClasses birds = NetworkClasses.Birds;

        Assert.Equal((965, 964, "background"), (birds.All.Count, birds.Background, birds.All[964]));
        Assert.Equal("Haemorhous cassinii (Cassin's Finch)", birds.All[0]);
        Assert.Equal(birds.All.Take(964), birds.WithoutBackground);
    }

    [Fact]
    public void Insects_HasTheBackgroundLast()
    {
        NetworkClasses insects = NetworkClasses.Insects;

        Assert.Equal((1022, 1021, "background"), (insects.All.Count, insects.Background, insects.All[1021]));
    }

    [Theory]
    [InlineData("imagenet", "imagenet_labels.txt")]
    [InlineData("birds", "inat_bird_labels.txt")]
    [InlineData("insects", "inat_insect_labels.txt")]
    public void Names_AreTheFileThatTheWeightsCameWith(string model, string file) => Assert.Equal(
        File.ReadAllLines(Path.Combine(TestEnvironment.RequireWeightsFolder(), file)),
        PretrainedModels.All.Single(one => one.Name == model).Classes.All);

    [Theory]
    [InlineData(1000)]
    [InlineData(1002)]
    public void Load_AnotherNumberOfLines_ThrowsNamingFileAndNumber(int lines)
    {
        using var folder = new TempFolder();
        string path = folder.File("labels.txt");
        File.WriteAllLines(path, Enumerable.Repeat("x", lines));

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => NetworkClasses.ImageNet.Load(path));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains($"it has {lines} lines", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileBeyondTheLimit_Throws()
    {
        using var folder = new TempFolder();
        string path = folder.File("labels.txt");
        File.WriteAllBytes(path, new byte[(1024 * 1024) + 1]);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => NetworkClasses.ImageNet.Load(path));

        Assert.Contains("1,048,577 bytes; 1 to 1,048,576 are allowed", e.Reason, StringComparison.Ordinal);
    }
}

using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class VottReaderTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_ReadsBoxesByImage_WithQuotesAndAnyOrderOfColumns()
    {
        DetectionDataset data = Load(
            "\"label\",\"image\",\"xmin\",\"ymin\",\"xmax\",\"ymax\",\"extra\"\r\n"
            + "\"dog, big\",b.jpg,1.5,2,11.5,22,x\r\n"
            + "cat,\"a \"\"1\"\".jpg\",0,0,5,6,\n"
            + "\n"
            + "cat,b.jpg,3,4,5,6,\"two\nlines\"");

        Assert.Equal(DetectionDatasetFormat.Vott, data.Format);
        Assert.Equal(["cat", "dog, big"], data.Classes);
        Assert.Equal([_folder.PathOf("b.jpg"), _folder.PathOf("a \"1\".jpg")], data.Images.Select(image => image.ImagePath));
        Assert.Equal([new("dog, big", new(1.5f, 2, 10, 20)), new("cat", new(3, 4, 2, 2))], data.Images[0].Boxes);
        Assert.Equal([new("cat", new(0, 0, 5, 6))], data.Images[1].Boxes);
    }

    [Theory]
    [InlineData("", "no image")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\na.jpg,1,2,3,4,\"a\nb\"\n", "the class 'a\\nb' has a line break in its name")]
    [InlineData("a,b,c", "first line", "a,b,c", "image,xmin,ymin,xmax,ymax,label")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\n", "no image")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\na.jpg,1,2,3\n", "line 2", "4 fields")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\n\na.jpg,1,two,3,4,dog", "line 3", "ymin 'two'")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\na.jpg,1,2,3,4,", "line 2", "empty label")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\n../a.jpg,1,2,3,4,dog", "line 2", "'../a.jpg'", "without '..'")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\n,1,2,3,4,dog", "line 2", "''")]
    [InlineData("image,xmin,ymin,xmax,ymax,label\n\"a.jpg,1,2,3,4,dog\n", "line 2", "not closed")]
    public void Load_WithAFaultyFile_ThrowsNamingTheLine(string text, params string[] parts) =>
        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => Load(text)).Message, ["set.csv", .. parts]);

    [Fact]
    public void Load_WithLinesWithoutEnd_Throws()
    {
        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => Load(new string('a', 70_000))).Message, "65536 characters");
        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => Load(new string(',', 2_000))).Message, "1000 fields");
    }

    [Fact]
    public void Load_OfBytesThatAreNoText_Throws() => AssertMessage.Tells(
        Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(_folder.Write("a.csv", [0xC3, 0x28, 0xFF]))).Message, "UTF-8");

    [Fact]
    public void Load_OfAMillionBoxes_ReadsThem()
    {
        string line = "a.jpg,1,2,3,4,dog\n";
        DetectionDataset data = Load("image,xmin,ymin,xmax,ymax,label\n" + string.Concat(Enumerable.Repeat(line, 1_000_000)));

        Assert.Equal(1_000_000, Assert.Single(data.Images).Boxes.Count);
    }

    private DetectionDataset Load(string text) => TestDatasets.Load(_folder.Write("set.csv", text));
}

using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class DatasetSourceTests : IDisposable
{
    private const string Coco = """
        {"images": [{"id": 1, "file_name": "a.png"}], "annotations": [], "categories": [{"id": 1, "name": "coco"}]}
        """;

    private const string Vott = "image,xmin,ymin,xmax,ymax,label\na.png,1,2,3,4,vott";

    private const string Voc = """
        <annotation>
          <object><name>voc</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>
        </annotation>
        """;

    private readonly DatasetFolder _folder = new();

    public DatasetSourceTests() => _folder.Picture("a.png", 10, 10);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfAFolder_TakesTheFirstFormatThatIsThere()
    {
        _folder.Write("export.csv", Vott);
        Assert.Equal("vott", Class());
        _folder.Write("annotations/train.json", Coco);
        Assert.Equal("coco", Class());
        _folder.Write("xml/a.xml", Voc);
        Assert.Equal("voc", Class());
        _folder.Write("classes.txt", "names");
        Assert.Equal("names", Class());
        _folder.Write("data.yaml", "train: .\nnames: [yaml]");
        Assert.Equal("yaml", Class());

        Assert.Equal("voc", Class(DetectionDatasetFormat.PascalVoc));
        Assert.Equal("coco", Class(DetectionDatasetFormat.Coco));
        Assert.Equal("vott", Class(DetectionDatasetFormat.Vott));
    }

    [Fact]
    public void Load_OfSeveralFiles_AsksForOne()
    {
        _folder.Write("a.json", Coco);
        _folder.Write("b.json", Coco);

        AssertMessage.Tells(Error(_folder.Path).Message, "a.json", "b.json", "Name the one");
        _folder.Write("_annotations.coco.json", Coco);
        Assert.Equal("coco", Class());
    }

    [Fact]
    public void Load_OfNothing_NamesWhatIsNeeded()
    {
        AssertMessage.Tells(Error(_folder.Path).Message, _folder.Path, "no data set", ".json", ".csv", "data.yaml", "classes.txt", ".xml");
        AssertMessage.Tells(Error(_folder.PathOf("none")).Message, "none", "does not exist");
        AssertMessage.Tells(Error(_folder.PathOf("a.png")).Message, "'.png'");
        AssertMessage.Tells(Error("https://a.b/c.json").Message, "URL");
        Assert.Throws<ArgumentException>(() => TestDatasets.Load(" "));
    }

    [Theory]
    [InlineData(DetectionDatasetFormat.Coco)]
    [InlineData(DetectionDatasetFormat.PascalVoc)]
    [InlineData(DetectionDatasetFormat.Yolo)]
    [InlineData(DetectionDatasetFormat.Vott)]
    public void Load_AsAFormatThatIsNotThere_Throws(DetectionDatasetFormat format) => Assert.Throws<DetectionDatasetException>(
        () => TestDatasets.Load(_folder.Path, new() { Format = format }));

    [Fact]
    public void Load_AsNoFormat_ThrowsNamingThem() => AssertMessage.Tells(
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TestDatasets.Load(_folder.Path, new() { Format = (DetectionDatasetFormat)9 })).Message,
        "Coco",
        "Yolo");

    [Fact]
    public void Load_OfAnXmlFile_AsksForItsFolder() => AssertMessage.Tells(
        Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(
            _folder.Write("a.xml", Voc), new() { Format = DetectionDatasetFormat.PascalVoc })).Message,
        "folder");

    private static DetectionDatasetException Error(string path) =>
        Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(path));

    private string Class(DetectionDatasetFormat? format = null) =>
        Assert.Single(TestDatasets.Load(_folder.Path, new() { Format = format }).Classes);
}

using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class VocReaderTests : IDisposable
{
    private const string Dog = """
        <object><name>dog</name><difficult>0</difficult>
          <bndbox><xmin>10</xmin><ymin>20.5</ymin><xmax>110</xmax><ymax>220</ymax></bndbox></object>
        """;

    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_ReadsBoxesAsEdges_WithSizesAndDifficulty()
    {
        _folder.Write("b.xml", Annotation("""<filename>b.jpg</filename><size><width>500</width><height>300</height></size>""", Dog));
        _folder.Write("sub/a.xml", Annotation(
            "<filename>a.png</filename><size><width>0</width><height></height></size>",
            """
            <object><name> cat </name><difficult>1</difficult>
              <bndbox><ymax>4</ymax><xmax>3</xmax><ymin>2</ymin><xmin>1</xmin></bndbox>
              <part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part></object>
            """));
        _folder.Write("c.xml", Annotation("<filename>c.jpg</filename>"));

        DetectionDataset data = TestDatasets.Load(_folder.Path);

        Assert.Equal(DetectionDatasetFormat.PascalVoc, data.Format);
        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal(
            [_folder.PathOf("b.jpg"), _folder.PathOf("c.jpg"), _folder.PathOf("sub/a.png")], data.Images.Select(image => image.ImagePath));
        Assert.Equal([(500, 300), (null, null), (null, null)], data.Images.Select(image => (image.Width, image.Height)));
        Assert.Equal([new("dog", new(10, 20.5f, 100, 199.5f))], data.Images[0].Boxes);
        Assert.Empty(data.Images[1].Boxes);
        Assert.Equal([new("cat", new(1, 2, 2, 2)) { IsDifficult = true }], data.Images[2].Boxes);
    }

    [Theory]
    [InlineData("a.xml", "a.jpg", "a.jpg")]
    [InlineData("a.xml", "a", "a.png")]
    [InlineData("a.xml", "old.jpg", "a.jpg")]
    [InlineData("Annotations/a.xml", "a.jpg", "JPEGImages/a.jpg")]
    [InlineData("annotations/train/a.xml", "a.jpg", "images/train/a.jpg")]
    [InlineData("Annotations/a.xml", "a.jpg", "Annotations/a.jpg")]
    public void Load_FindsThePicture(string xml, string name, string picture)
    {
        _folder.Picture(picture, 4, 4);
        _folder.Write(xml, Annotation($"<filename>{name}</filename>"));

        Assert.Equal([_folder.PathOf(picture)], TestDatasets.Load(_folder.Path).Images.Select(image => image.ImagePath));
    }

    [Fact]
    public void Load_WithAnImageFolder_LooksThere()
    {
        _folder.Write("xml/a.xml", Annotation("<filename>a.jpg</filename>"));
        string picture = _folder.Picture("photos/a.jpg", 4, 4);

        DetectionDataset data = TestDatasets.Load(_folder.PathOf("xml"), new() { ImageFolder = _folder.PathOf("photos") });

        Assert.Equal(picture, data.Images[0].ImagePath);
    }

    [Theory]
    [InlineData("<annotations/>", "<annotations>", "<annotation> is needed")]
    [InlineData("<annotation>", "not well-formed")]
    [InlineData("", "not well-formed")]
    [InlineData("<annotation>\n<object></object></annotation>", "line 2", "no <name>")]
    [InlineData("<annotation><object>\n<name> </name></object></annotation>", "line 1", "<name> is empty")]
    [InlineData("<annotation><object><name>a</name></object></annotation>", "no <bndbox>")]
    [InlineData("<annotation><object><name>a</name><bndbox><xmin>1</xmin></bndbox></object></annotation>", "<bndbox> has no <ymin>")]
    [InlineData("<annotation><object><name>a</name><bndbox>\n<xmin>1,5</xmin></bndbox></object></annotation>", "line 2", "<xmin> is '1,5'")]
    [InlineData("<annotation><filename>../a.jpg</filename></annotation>", "<filename>", "without '..'")]
    [InlineData("<annotation><size><width>wide</width></size></annotation>", "<width> is 'wide'")]
    public void Load_WithAFaultyFile_ThrowsSayingWhere(string text, params string[] parts)
    {
        _folder.Write("a.xml", text);

        AssertMessage.Tells(
            Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(_folder.Path)).Message, ["a.xml", .. parts]);
    }

    [Theory]
    [InlineData("""<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]><annotation><filename>&c;</filename></annotation>""")]
    [InlineData("""<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotation/>""")]
    public void Load_WithADocumentType_Refuses(string text)
    {
        _folder.Write("a.xml", text);

        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(_folder.Path)).Message, "a.xml", "DTD");
    }

    [Fact]
    public void Load_WithDeepNesting_Throws()
    {
        _folder.Write("a.xml", string.Concat(Enumerable.Repeat("<annotation>", 100_000)));

        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(_folder.Path)).Message, "a.xml", "32 deep");
    }

    [Fact]
    public void Load_KeepsFaultyBoxes()
    {
        _folder.Write("a.xml", Annotation(string.Empty, Dog.Replace("110", "5").Replace("220", "NaN")));

        BoundingBox box = TestDatasets.Load(_folder.Path).Images[0].Boxes[0].Box;

        Assert.Equal(-5, box.Width);
        Assert.True(float.IsNaN(box.Height));
    }

    private static string Annotation(string head, string objects = "") => $"<annotation>\n{head}\n{objects}\n</annotation>";
}

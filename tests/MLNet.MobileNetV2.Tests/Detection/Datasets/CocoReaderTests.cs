using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class CocoReaderTests : IDisposable
{
    private const string Images = """[{"id": 7, "file_name": "a.jpg", "width": 640, "height": 480}, {"file_name": "sub/b.jpg", "id": 3}]""";
    private const string Categories = """[{"id": 18, "name": "dog"}, {"name": "cat", "id": 17, "supercategory": "animal"}]""";

    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_ReadsImagesBoxesAndClasses_InAnyOrderOfTheFile()
    {
        const string Annotations = """
            [{"id": 1, "image_id": 7, "category_id": 18, "bbox": [1.5, 2, 30, 40], "area": 1200, "iscrowd": 0,
              "segmentation": [[1, 2, 3, 4], [5, 6.5e0, 7, 8]]},
             {"iscrowd": 1, "bbox": [0, 0, 5, 6], "category_id": 17, "image_id": 3, "segmentation": {"counts": "a\"]}b", "size": [1, 2]}}]
            """;

        DetectionDataset data = Load($$"""
            {"info": {"x": [1, {"y": null}]}, "annotations": {{Annotations}},
             "licenses": [], "categories": {{Categories}}, "images": {{Images}}}
            """);

        Assert.Equal(DetectionDatasetFormat.Coco, data.Format);
        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal([_folder.PathOf("a.jpg"), _folder.PathOf("sub/b.jpg")], data.Images.Select(image => image.ImagePath));
        Assert.Equal([(640, 480), (null, null)], data.Images.Select(image => (image.Width, image.Height)));
        Assert.Equal([new("dog", new(1.5f, 2, 30, 40))], data.Images[0].Boxes);
        Assert.Equal([new("cat", new(0, 0, 5, 6)) { IsCrowd = true }], data.Images[1].Boxes);
    }

    [Fact]
    public void Load_WithALongFile_ReadsAllOfIt()
    {
        // Several times the buffer, with a text that is longer than it.
        string polygon = string.Join(",", Enumerable.Repeat("[1.25,2.5,3.75,4]", 10_000));
        string counts = new('x', 200_000);
        IEnumerable<string> annotations = Enumerable.Range(0, 2_000).Select(index =>
            $$"""{"image_id": 7, "category_id": 17, "bbox": [{{index}}, 1, 2, 3]}""");

        DetectionDataset data = Load(File(
            $$"""
            [{"image_id": 7, "category_id": 17, "bbox": [0, 1, 2, 3], "segmentation": [{{polygon}}], "x": "{{counts}}"},
             {{string.Join(",", annotations)}}]
            """));

        Assert.Equal(2_001, data.Images[0].Boxes.Count);
        Assert.Equal(1_999, data.Images[0].Boxes[^1].Box.X);
    }

    [Fact]
    public void Load_WithAByteOrderMarkAndEscapes_ReadsThem()
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(File("[]", categories: """[{"id": 1, "name": "caf\u00e9"}]"""));

        DetectionDataset data = TestDatasets.Load(_folder.Write("a.json", [0xEF, 0xBB, 0xBF, .. text]));

        Assert.Equal(["café"], data.Classes);
    }

    [Fact]
    public void Load_KeepsFaultyBoxes_AndUnknownCategories()
    {
        DetectionDataset data = Load(File(
            """
            [{"image_id": 7, "category_id": 17, "bbox": [1, 2, -3, 0]}, {"image_id": 7, "category_id": 99, "bbox": [1e60, 2, 3, 4]}]
            """));

        Assert.Equal([new("cat", new(1, 2, -3, 0)), new("#99", new(float.PositiveInfinity, 2, 3, 4))], data.Images[0].Boxes);
        Assert.DoesNotContain("#99", data.Classes);
    }

    [Theory]
    [InlineData("annotations/instances_val2017.json", "val2017/a.jpg")]
    [InlineData("annotations/instances_val2017.json", "images/val2017/a.jpg")]
    [InlineData("annotations/train.json", "train/a.jpg")]
    [InlineData("annotations/train.json", "a.jpg")]
    [InlineData("train.json", "images/a.jpg")]
    [InlineData("train.json", "a.jpg")]
    public void Load_FindsThePictures(string json, string picture)
    {
        _folder.Picture(picture, 4, 4);
        _folder.Write(json, File("[]"));

        DetectionDataset data = TestDatasets.Load(_folder.PathOf(json));

        Assert.Equal(Path.GetFullPath(_folder.PathOf(picture)), Path.GetFullPath(data.Images[0].ImagePath));
    }

    [Fact]
    public void Load_WithAnImageFolder_TakesThat() => Assert.Equal(
        Path.Join("elsewhere", "a.jpg"),
        TestDatasets.Load(_folder.Write("a.json", File("[]")), new() { ImageFolder = "elsewhere" }).Images[0].ImagePath);

    [Theory]
    [InlineData("""{"image_id": 7, "category_id": 17}""", "annotations[1]", "no bbox")]
    [InlineData("""{"image_id": 7, "bbox": [1, 2, 3, 4]}""", "annotations[1]", "no category_id")]
    [InlineData("""{"category_id": 17, "bbox": [1, 2, 3, 4]}""", "annotations[1]", "no image_id")]
    [InlineData("""{"image_id": 7, "category_id": 17, "bbox": [1, 2, 3]}""", "annotations[1]", "bbox", "4 numbers")]
    [InlineData("""{"image_id": 7, "category_id": 17, "bbox": [1, 2, 3, 4, 5]}""", "annotations[1]", "bbox", "4 numbers")]
    [InlineData("""{"image_id": 7, "category_id": 17, "bbox": [1, 2, 3, null]}""", "annotations[1]", "bbox", "4 numbers")]
    [InlineData("""{"image_id": "7", "category_id": 17, "bbox": [1, 2, 3, 4]}""", "annotations[1]", "image_id", "whole number")]
    [InlineData("""{"image_id": 7.5, "category_id": 17, "bbox": [1, 2, 3, 4]}""", "annotations[1]", "image_id", "whole number")]
    [InlineData("""{"image_id": 8, "category_id": 17, "bbox": [1, 2, 3, 4]}""", "annotations[1]", "image_id 8", "no image")]
    [InlineData("""{"image_id": 7, "category_id": 17, "bbox": [1, 2, 3, 4], "iscrowd": "no"}""", "annotations[1]", "iscrowd")]
    [InlineData("5", "annotations[1]", "no object")]
    [InlineData("""{"image_id": 7, "category_id": 17, "bbox": [1, 2, 3, NaN]}""", "line 3", "not valid JSON")]
    [InlineData("""{"image_id": 7,""", "line 4", "not valid JSON")]
    public void Load_WithAFaultyAnnotation_ThrowsNamingIt(string annotation, params string[] parts)
    {
        string text = $$"""
            {"images": {{Images}}, "categories": {{Categories}}, "annotations": [
            {"image_id": 7, "category_id": 17, "bbox": [1, 2, 3, 4]},
            {{annotation}}
            ]}
            """;

        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => Load(text)).Message, ["set.json", .. parts]);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "the root", "images, annotations and categories")]
    [InlineData("""{"images": [], "categories": []}""", "no annotations")]
    [InlineData("""{"images": {}, "annotations": [], "categories": []}""", "images", "no array")]
    [InlineData("""{"images": [], "images": [], "annotations": [], "categories": []}""", "images", "twice")]
    [InlineData("""{"images": [], "annotations": [], "categories": []}""", "no image")]
    [InlineData("""{"images": [{"id": 1}], "annotations": [], "categories": []}""", "images[0]", "no file_name")]
    [InlineData("""{"images": [{"id": 1, "file_name": ""}], "annotations": [], "categories": []}""", "images[0]", "file_name", "empty")]
    [InlineData(
        """{"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}], "annotations": [], "categories": []}""",
        "images[1]",
        "id 1")]
    [InlineData("""{"images": [{"id": 1, "file_name": "a", "width": "5"}], "annotations": [], "categories": []}""", "images[0]", "width")]
    [InlineData(
        """{"images": [], "annotations": [], "categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}""", "categories[1]", "id 1")]
    [InlineData("""{"images": [], "annotations": [], "categories": []} x""", "not valid JSON")]
    public void Load_WithAFaultyFile_ThrowsSayingWhere(string text, params string[] parts) =>
        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => Load(text)).Message, ["set.json", .. parts]);

    [Theory]
    [InlineData("../a.jpg")]
    [InlineData("sub/../../a.jpg")]
    [InlineData("..\\\\a.jpg")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\\\a.jpg")]
    [InlineData("a\\u0000.jpg")]
    public void Load_WithAPictureOutsideOfTheFolder_Throws(string name) => AssertMessage.Tells(
        Assert.Throws<DetectionDatasetException>(
            () => Load(File("[]", images: $$"""[{"id": 1, "file_name": "b.jpg"}, {"id": 2, "file_name": "{{name}}"}]"""))).Message,
        "images[1]",
        "without '..'");

    [Fact]
    public void Load_WithDeepNesting_Throws() => AssertMessage.Tells(
        Assert.Throws<DetectionDatasetException>(() => Load($$"""{"info": {{new string('[', 100_000)}}""")).Message,
        "not valid JSON",
        "depth");

    [Fact]
    public void Load_WithAnEndlessText_Throws() => AssertMessage.Tells(
        Assert.Throws<DetectionDatasetException>(() => Load($$"""{"info": "{{new string('a', 17 << 20)}}"}""")).Message, "16777216 bytes");

    [Fact]
    public void Load_ThatIsCancelled_Throws() => Assert.Throws<OperationCanceledException>(() => DetectionDataset.Load(
        _folder.Write("a.json", File("""[{"image_id": 7, "category_id": 17, "bbox": [1, 2, 3, 4]}]""")),
        null,
        new CancellationToken(canceled: true)));

    private static string File(string annotations, string images = Images, string categories = Categories) =>
        $$"""{"images": {{images}}, "categories": {{categories}}, "annotations": {{annotations}}}""";

    private DetectionDataset Load(string text) => TestDatasets.Load(_folder.Write("set.json", text));
}

using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class YoloReaderTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WithLabelsBesidePictures_ReadsFractionsAsPixels()
    {
        _folder.Write("classes.txt", "dog\ncat\n\n");
        _folder.Picture("b.png", 200, 100);
        _folder.Write("b.txt", "1 0.5 0.5 0.25 0.5\n\n0.0 0.1 0.1 0.2 0.2\n");
        _folder.Picture("a.png", 10, 10);

        DetectionDataset data = TestDatasets.Load(_folder.Path);

        Assert.Equal(DetectionDatasetFormat.Yolo, data.Format);
        Assert.Equal(["dog", "cat"], data.Classes);
        Assert.Equal([_folder.PathOf("a.png"), _folder.PathOf("b.png")], data.Images.Select(image => image.ImagePath));
        Assert.Equal([(10, 10), (200, 100)], data.Images.Select(image => (image.Width, image.Height)));
        Assert.Empty(data.Images[0].Boxes);
        Assert.Equal("cat", data.Images[1].Boxes[0].Label);
        AssertBox(new(75, 25, 50, 50), data.Images[1].Boxes[0].Box);
        AssertBox(new(0, 0, 40, 20), data.Images[1].Boxes[1].Box);
    }

    [Fact]
    public void Load_OfATurnedPhoto_CountsInItsUprightPixels()
    {
        _folder.Write("classes.txt", "dog");
        _folder.TurnedPicture("a.jpg", 200, 100);
        _folder.Write("a.txt", "0 0.5 0.5 1 0.5");

        DetectionImage image = Assert.Single(TestDatasets.Load(_folder.Path).Images);

        Assert.Equal((100, 200), (image.Width, image.Height));
        AssertBox(new(0, 50, 100, 100), image.Boxes[0].Box);
    }

    [Fact]
    public void Load_OfAPolygon_TakesItsBounds()
    {
        _folder.Write("classes.txt", "dog");
        _folder.Picture("a.png", 100, 100);
        _folder.Write("a.txt", "0 0.1 0.2 0.5 0.3 0.4 0.9");

        AssertBox(new(10, 20, 40, 70), TestDatasets.Load(_folder.Path).Images[0].Boxes[0].Box);
    }

    [Theory]
    [InlineData("names: [dog, 'big cat']")]
    [InlineData("names: {0: dog, 1: \"big cat\"}")]
    [InlineData("names:\n- dog\n- big cat")]
    [InlineData("names:\n  - dog  # the first\n  - 'big cat'")]
    [InlineData("# names\nnames:\n  0: dog\n  1: big cat\n")]
    public void Load_OfAYaml_ReadsNamesAndTheSplit(string names)
    {
        _folder.Write("data.yaml", $"path: .\ntrain: images/train\nval: images/val # measured\nnc: 2\n{names}\nroboflow:\n  license: x\n");
        _folder.Picture("images/train/a.png", 10, 10);
        _folder.Write("labels/train/a.txt", "1 0.5 0.5 1 1");
        _folder.Picture("images/val/b.png", 10, 10);

        DetectionDataset train = TestDatasets.Load(_folder.Path);
        DetectionDataset val = TestDatasets.Load(_folder.PathOf("data.yaml"), new() { Split = "val" });

        Assert.Equal(["dog", "big cat"], train.Classes);
        Assert.Equal([_folder.PathOf("images/train/a.png")], train.Images.Select(image => Path.GetFullPath(image.ImagePath)));
        Assert.Equal("big cat", train.Images[0].Boxes[0].Label);
        Assert.Equal([_folder.PathOf("images/val/b.png")], val.Images.Select(image => Path.GetFullPath(image.ImagePath)));
    }

    [Theory]
    [InlineData("set/data.yaml", "../train/images", "train/images")]
    [InlineData("data.yaml", "../train/images", "train/images")]
    [InlineData("data.yaml", "train.txt", "pictures")]
    public void Load_OfAYaml_FollowsWhereItPoints(string yaml, string train, string pictures)
    {
        _folder.Write(yaml, $"train: {train}\nnames: [dog]");
        _folder.Picture($"{pictures}/a.png", 10, 10);
        _folder.Write("train.txt", "./pictures/a.png\n");

        DetectionDataset data = TestDatasets.Load(_folder.PathOf(yaml));

        Assert.Equal([_folder.PathOf($"{pictures}/a.png")], data.Images.Select(image => Path.GetFullPath(image.ImagePath)));
    }

    [Fact]
    public void Load_OfAFolderBelowTheNames_FindsThem()
    {
        _folder.Write("data.yaml", "train: x\nnames: [dog]");
        _folder.Picture("valid/images/a.png", 10, 10);
        _folder.Write("valid/labels/a.txt", "0 0.5 0.5 1 1");

        DetectionDataset data = TestDatasets.Load(_folder.PathOf("valid"), new() { Format = DetectionDatasetFormat.Yolo });

        Assert.Equal("dog", data.Images[0].Boxes[0].Label);
    }

    [Fact]
    public void Load_KeepsUnknownClasses_AndPicturesThatAreMissingOrDamaged()
    {
        _folder.Write("classes.txt", "dog");
        _folder.Write("README.txt", "A data set.");
        _folder.Picture("a.png", 10, 10);
        _folder.Write("a.txt", "7 0.5 0.5 1 1");
        _folder.Write("b.png", "not a picture");
        _folder.Write("b.txt", "0 0.5 0.5 1 1");
        _folder.Write("c.txt", "0 0.5 0.5 1 1");

        DetectionDataset data = TestDatasets.Load(_folder.Path);

        Assert.Equal(["a.png", "b.png", "c.jpg"], data.Images.Select(image => Path.GetFileName(image.ImagePath)));
        Assert.Equal("#7", data.Images[0].Boxes[0].Label);
        Assert.All(data.Images.Skip(1), image => Assert.Null(image.Width));
    }

    [Theory]
    [InlineData("0 0.5 0.5 1 1\n0 0.5 0.5 1", "line 2", "4 values")]
    [InlineData("0 0.5 0.5 1 1 0.9", "line 1", "6 values")]
    [InlineData("-1 0.5 0.5 1 1", "line 1", "'-1'", "from 0 up")]
    [InlineData("1.5 0.5 0.5 1 1", "line 1", "'1.5'")]
    [InlineData("dog 0.5 0.5 1 1", "line 1", "'dog'")]
    [InlineData("0 0.5 0.5 1 1\0", "null character")]
    [InlineData("0 0.5 0,5 1 1", "line 1", "'0,5'", "value 3")]
    public void Load_WithAFaultyLine_ThrowsNamingIt(string labels, params string[] parts)
    {
        _folder.Write("classes.txt", "dog");
        _folder.Picture("a.png", 10, 10);
        _folder.Write("a.txt", labels);

        AssertMessage.Tells(
            Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(_folder.Path)).Message, ["a.txt", .. parts]);
    }

    [Theory]
    [InlineData("classes.txt", "", "classes.txt", "empty")]
    [InlineData("classes.txt", "dog\n\ncat", "line 2", "empty")]
    [InlineData("data.yaml", "train: .", "no 'names:'")]
    [InlineData("data.yaml", "names: [dog]", "no 'train:'")]
    [InlineData("data.yaml", "train: .\nnames: {0: dog, 2: cat}", "number 2", "in order")]
    [InlineData("data.yaml", "train: list.txt\nnames: [dog]", "list.txt", "does not exist")]
    [InlineData("data.yaml", "train: bad.txt\nnames: [dog]", "bad.txt", "line 2", "without '..'")]
    public void Load_WithFaultyNames_ThrowsSayingWhat(string file, string text, params string[] parts)
    {
        _folder.Write(file, text);
        _folder.Write("bad.txt", "a.png\n../a.png");
        _folder.Picture("a.png", 10, 10);

        AssertMessage.Tells(Assert.Throws<DetectionDatasetException>(() => TestDatasets.Load(_folder.Path)).Message, parts);
    }

    [Fact]
    public void Load_OfAMissingFolder_ThrowsNamingIt()
    {
        _folder.Write("data.yaml", "train: nowhere\nnames: [dog]");

        AssertMessage.Tells(Assert.Throws<ImageFolderException>(() => TestDatasets.Load(_folder.Path)).Message, "nowhere");
    }

    private static void AssertBox(BoundingBox expected, BoundingBox found)
    {
        Assert.Equal(expected.X, found.X, 1e-3f);
        Assert.Equal(expected.Y, found.Y, 1e-3f);
        Assert.Equal(expected.Width, found.Width, 1e-3f);
        Assert.Equal(expected.Height, found.Height, 1e-3f);
    }
}

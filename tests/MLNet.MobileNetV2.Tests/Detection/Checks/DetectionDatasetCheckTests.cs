using System.Globalization;
using MLNet.MobileNetV2.Tests.Detection.Datasets;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Checks;

public sealed class DetectionDatasetCheckTests : IDisposable
{
    private const DatasetTreatment Dropped = DatasetTreatment.Dropped;

    private readonly DatasetFolder _folder = new();

    public DetectionDatasetCheckTests() => _folder.Picture("a.png", 100, 50);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, DatasetFault?, string[]> Boxes => new()
    {
        { "10,10,30,30", null, ["10,10,30,30"] },
        { "0,0,100,50", null, ["0,0,100,50"] },
        { "-0.4,0,100.4,50", null, ["0,0,100,50"] },
        { "-1,-2,30,30", DatasetFault.PartlyOutside, ["0,0,30,30"] },
        { "90,40,110,60", DatasetFault.PartlyOutside, ["90,40,100,50"] },
        { "100,0,120,20", DatasetFault.Outside, [] },
        { "-20,-20,-1,-1", DatasetFault.Outside, [] },
        { "10,10,10,20", DatasetFault.Empty, [] },
        { "30,10,10,20", DatasetFault.Reversed, [] },
        { "10,20,30,10", DatasetFault.Reversed, [] },
        { "NaN,10,30,30", DatasetFault.NotFinite, [] },
        { "0,0,1e39,30", DatasetFault.NotFinite, [] },
    };

    [Theory]
    [MemberData(nameof(Boxes))]
    public void Box_HasItsFault_AndIsKeptClippedOrDropped(string edges, DatasetFault? fault, string[] usable)
    {
        DetectionDatasetCheck check = Check($"a.png,{edges},dog");

        DatasetFinding[] findings = [.. check.Findings.Where(finding => finding.BoxIndex == 0)];
        Assert.Equal(fault is { } expected ? [expected] : [], findings.Select(finding => finding.Fault));
        Assert.All(findings, finding => AssertMessage.Tells(finding.Description, "Box 0", "a.png", "dog"));
        Assert.All(findings, finding => Assert.Equal(usable.Length == 0 ? Dropped : DatasetTreatment.Clipped, finding.Treatment));
        Assert.Equal(usable.Select(Parse), Assert.Single(check.Usable.Images).Boxes.Select(box => box.Box));
    }

    [Fact]
    public void Box_ThatIsThereAlready_IsDropped()
    {
        DetectionDatasetCheck check = Check(
            "a.png,10,10,30,30,dog", "a.png,10,10,30,30,cat", "a.png,10,10,30,30.1,dog", "a.png,10,10,30,30,dog", "a.png,10,10,30,31,dog");

        Assert.Equal([(2, DatasetFault.Doubled), (3, DatasetFault.Doubled)], OfBoxes(check));
        Assert.Equal(3, check.Usable.Images[0].Boxes.Count);
    }

    [Fact]
    public void Box_OfAClassThatIsNotAllowed_IsDropped()
    {
        DetectionDatasetCheck check = TestDatasets.Check(Load("a.png,1,1,9,9,dog", "a.png,1,1,9,9,cat"), ["dog", "cow"]);

        Assert.Equal([(1, DatasetFault.UnknownClass)], OfBoxes(check));
        Assert.Equal(["dog", "cow"], check.Usable.Classes);
        Assert.Equal([("dog", 1, 1), ("cow", 0, 0)], check.Classes.Select(count => (count.Label, count.Boxes, count.Images)));
    }

    [Fact]
    public void Box_OfAClassWithoutAName_IsDropped()
    {
        using var folder = new DatasetFolder();
        folder.Write("classes.txt", "dog");
        folder.Picture("a.png", 10, 10);
        folder.Write("a.txt", "0 0.5 0.5 1 1\n3 0.5 0.5 1 1");

        DatasetFinding finding = TestDatasets.Check(TestDatasets.Load(folder.Path)).Findings[0];

        Assert.Equal((DatasetFault.UnknownClass, 1, "#3"), (finding.Fault, finding.BoxIndex, finding.Label));
    }

    [Fact]
    public void Pictures_ThatAreMissingOrDamaged_AreDroppedWithTheirBoxes()
    {
        byte[] photo = File.ReadAllBytes(_folder.Picture("b.png", 100, 100));
        _folder.Write("b.png", photo[..(photo.Length * 2 / 3)]);

        DetectionDatasetCheck check = Check("a.png,1,1,9,9,dog", "none.jpg,1,1,9,9,dog", "b.png,1,1,9,9,dog", "b.png,2,2,9,9,dog");

        DatasetFinding[] findings = [.. check.Findings.Where(finding => finding.Fault == DatasetFault.BadImage)];
        Assert.Equal(["none.jpg", "b.png"], findings.Select(finding => Path.GetFileName(finding.ImagePath)));
        AssertMessage.Tells(findings[1].Description, "b.png", "truncated", "2 boxes");
        Assert.Equal(_folder.PathOf("a.png"), Assert.Single(check.Usable.Images).ImagePath);
    }

    [Fact]
    public void Size_ThatIsNotThePhotos_IsSaid_AndTheBoxesAreKept()
    {
        _folder.TurnedPicture("turned.jpg", 60, 30);
        _folder.Write("set.json", """
            {"images": [{"id": 1, "file_name": "a.png", "width": 200, "height": 100},
             {"id": 2, "file_name": "turned.jpg", "width": 60, "height": 30},
             {"id": 3, "file_name": "turned.jpg", "width": 30, "height": 60}],
             "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]},
             {"image_id": 2, "category_id": 1, "bbox": [1, 1, 9, 9]}],
             "categories": [{"id": 1, "name": "dog"}]}
            """);

        DetectionDatasetCheck check = TestDatasets.Check(TestDatasets.Load(_folder.PathOf("set.json")), fewBoxes: 0);

        Assert.Equal([DatasetFault.SizeDiffers, DatasetFault.SizeDiffers], check.Findings.Select(finding => finding.Fault));
        AssertMessage.Tells(check.Findings[0].Description, "200 x 100", "100 x 50");
        AssertMessage.Tells(check.Findings[1].Description, "60 x 30", "30 x 60", "EXIF");
        Assert.All(check.Findings, finding => Assert.Equal(DatasetTreatment.Kept, finding.Treatment));
        Assert.Equal([(100, 50), (30, 60)], check.Usable.Images.Select(image => (image.Width, image.Height)));
    }

    [Fact]
    public void Photo_WithoutBoxes_IsKept()
    {
        _folder.Write("xml/a.xml", "<annotation/>");
        DetectionDatasetCheck check = TestDatasets.Check(
            TestDatasets.Load(_folder.PathOf("xml"), new() { ImageFolder = _folder.Path }));

        DatasetFinding finding = Assert.Single(check.Findings);
        Assert.Equal((DatasetFault.NoBoxes, DatasetTreatment.Kept), (finding.Fault, finding.Treatment));
        Assert.Single(check.Usable.Images);
    }

    [Fact]
    public void Class_WithFewBoxes_IsSaid()
    {
        DetectionDataset data = Load("a.png,1,1,9,9,dog", "a.png,20,1,29,9,dog", "a.png,1,1,9,9,cat");

        DatasetFinding finding = Assert.Single(TestDatasets.Check(data, fewBoxes: 2).Findings);

        Assert.Equal((DatasetFault.FewBoxes, "cat", null), (finding.Fault, finding.Label, finding.ImagePath));
        AssertMessage.Tells(finding.Description, "'cat'", "1 usable", "at least 2");
        Assert.Empty(TestDatasets.Check(data, fewBoxes: 0).Findings);
        Assert.Throws<ArgumentOutOfRangeException>(() => TestDatasets.Check(data, fewBoxes: -1));
    }

    [Fact]
    public void Check_TellsHowFarItIs_AndCanBeCancelled()
    {
        var told = new List<int>();
        DetectionDataset data = Load("a.png,1,1,9,9,dog");

        DetectionDatasetCheck.Create(
            data, progress: new DirectProgress<int>(told.Add), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([1], told);
        Assert.Throws<OperationCanceledException>(
            () => DetectionDatasetCheck.Create(data, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Doubles_AmongManyBoxesOfAPhoto_AreFoundAsByComparingAll()
    {
        var random = new Random(1);
        string[] lines =
        [
            .. Enumerable.Range(0, 600).Select(_ =>
            {
                int left = random.Next(3);
                int top = random.Next(3);
                float right = left + 10 + (random.Next(40) / 10f);
                float bottom = top + 10 + (random.Next(40) / 10f);
                return FormattableString.Invariant($"a.png,{left},{top},{right},{bottom},dog");
            }),
        ];
        DetectionDataset data = Load(lines);
        BoundingBox[] boxes = [.. data.Images[0].Boxes.Select(box => box.Box)];

        int[] expected =
        [
            .. Enumerable.Range(0, boxes.Length).Where(index => boxes[..index].Any(box => box.IntersectionOverUnion(boxes[index]) >= 0.99)),
        ];

        Assert.NotEmpty(expected);
        Assert.Equal(expected, OfBoxes(TestDatasets.Check(data)).Select(found => found.Index!.Value));
    }

    [Fact]
    public void SteelDefects_HaveDoubledBoxes()
    {
        string folder = Path.Combine(TestEnvironment.RequireDataFolder(), "neu-det");

        DetectionDatasetCheck train = TestDatasets.Check(TestDatasets.Load(Path.Combine(folder, "train")));
        DetectionDatasetCheck val = TestDatasets.Check(TestDatasets.Load(Path.Combine(folder, "val")), train.Usable.Classes);

        foreach (DetectionDatasetCheck check in new[] { train, val })
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', check.Findings.Select(finding => finding.Description)));
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join(
                ", ", check.Classes.Select(count => FormattableString.Invariant($"{count.Label} {count.Boxes} in {count.Images}"))));
        }

        Assert.Equal((240, 120), (train.Usable.Images.Count, val.Usable.Images.Count));
        Assert.Equal(["crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches"], train.Usable.Classes);
        Assert.All(train.Findings.Concat(val.Findings), finding => Assert.Equal(DatasetFault.Doubled, finding.Fault));
        Assert.NotEmpty(train.Findings);
    }

    private static IEnumerable<(int? Index, DatasetFault Fault)> OfBoxes(DetectionDatasetCheck check) =>
        check.Findings.Where(finding => finding.BoxIndex is not null).Select(finding => (finding.BoxIndex, finding.Fault));

    private static BoundingBox Parse(string edges)
    {
        float[] numbers = [.. edges.Split(',').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
        return BoundingBox.FromEdges(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private DetectionDataset Load(params string[] lines) => TestDatasets.Load(
        _folder.Write("set.csv", "image,xmin,ymin,xmax,ymax,label\n" + string.Join('\n', lines)));

    private DetectionDatasetCheck Check(params string[] lines) => TestDatasets.Check(Load(lines));
}

using MLNet.MobileNetV2.Detection.Training;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

public sealed class DetectorDataTests : IDisposable
{
    private static readonly LabelledBox s_box = new("disc", new(10, 20, 30, 40));

    private readonly ShapesFolder _folder = new(pictures: 8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_ADataSet_TrainsOnAllOfIt()
    {
        DetectorData data = DetectorData.Of(_folder.With(s_box), validation: null, new(), Token);

        Assert.Equal(["square", "disc"], data.Labels);
        Assert.Equal(8, data.Training.Count);
        Assert.Empty(data.Validation);
        Assert.All(data.Trained(), image =>
        {
            Assert.Equal(1, image.AspectRatio);
            Assert.Equal([new(2, new(20f / 96, 10f / 96, 60f / 96, 40f / 96))], image.Boxes);
        });
        Assert.All(data.Shapes(), shape => Assert.Equal(40 / 30.0, shape.Height / shape.Width, 1e-5));
        Assert.Equal(8, DetectorData.Descriptions(data.Training).Count());
        Assert.Equal(["96 96 disc [10, 20, 30, 40] False"], DetectorData.Descriptions(data.Training).Distinct());
    }

    [Fact]
    public void Of_AShare_HoldsItOutByTheSeed()
    {
        DetectorTrainingOptions options = new() { ValidationShare = 0.25 };

        DetectorData data = DetectorData.Of(_folder.Dataset, null, options, Token);
        DetectorData other = DetectorData.Of(_folder.Dataset, null, options with { Seed = 5 }, Token);

        Assert.Equal((6, 2), (data.Training.Count, data.Validation.Count));
        Assert.Equal(
            _folder.Dataset.Images.Select(image => image.ImagePath).Order(),
            data.Training.Concat(data.Validation).Select(image => image.ImagePath).Order());
        Assert.NotEqual(data.Validation.Select(image => image.ImagePath), other.Validation.Select(image => image.ImagePath));
    }

    [Fact]
    public void Of_ASecondDataSet_ValidatesOnIt()
    {
        using var second = new ShapesFolder(pictures: 3, seed: 9);

        DetectorData data = DetectorData.Of(_folder.Dataset, second.Dataset, new(), Token);

        Assert.Equal((8, 3), (data.Training.Count, data.Validation.Count));
    }

    [Fact]
    public void Of_Crowds_AreIgnoredAndShapeNoAnchor()
    {
        DetectorData data = DetectorData.Of(
            _folder.With(s_box, s_box with { Box = new(50, 50, 40, 40), IsCrowd = true }), null, new(), Token);

        Assert.All(data.Trained(), image => Assert.Equal([false, true], image.Boxes.Select(box => box.IsIgnored)));
        Assert.Equal(8, data.Shapes().Count);
    }

    [Fact]
    public void Of_NothingToTrainOn_SaysSo()
    {
        Refuse("has no usable box of the classes square, disc", _folder.With());
        Refuse("has no usable box", _folder.With(s_box with { Label = "other" }));
        Refuse("8 photos", _folder.With(s_box with { IsCrowd = true }));
        using var second = new ShapesFolder(pictures: 2);
        Refuse("has no usable box", _folder.Dataset, second.With());
        Refuse("2 photos", _folder.Dataset, second.With(s_box with { IsCrowd = true }));
        Refuse("2 photos", _folder.Dataset, second.With(s_box with { IsDifficult = true }));
        Refuse("one of them is allowed", _folder.Dataset, second.Dataset, new() { ValidationShare = 0.5 });
        using var one = new ShapesFolder(pictures: 1);
        Refuse("The 0 photos", one.Dataset, null, new() { ValidationShare = 0.5 });

        void Refuse(
            string message, DetectionDataset dataset, DetectionDataset? validation = null, DetectorTrainingOptions? options = null) =>
            Assert.Contains(
                message,
                Assert.Throws<ArgumentException>(() => DetectorData.Of(dataset, validation, options ?? new(), Token)).Message,
                StringComparison.Ordinal);
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Detection.Training;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

public sealed class LoadFromDetectionDatasetTests : IDisposable
{
    private readonly ShapesFolder _shapes = new(pictures: 3);
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _shapes.Dispose();

    [Fact]
    public void LoadFromDetectionDataset_HasEdgesOfEachBox_ButNoCrowds()
    {
        IDataView rows = _mlContext.Data.LoadFromDetectionDataset(
            _shapes.With(new("disc", new BoundingBox(1, 2, 3, 4)), new("disc", new BoundingBox(0, 0, 90, 90)) { IsCrowd = true }));

        Assert.All(rows.GetColumn<float[]>("BoundingBoxes"), edges => Assert.Equal([1, 2, 4, 6], edges));
        Assert.All(rows.GetColumn<string[]>("Label"), labels => Assert.Equal(["disc"], labels));
        Assert.Equal(_shapes.Dataset.Images.Select(image => image.ImagePath), rows.GetColumn<string>("ImagePath"));
        Assert.Throws<ArgumentNullException>("dataset", () => _mlContext.Data.LoadFromDetectionDataset(null!));
    }
}

namespace MLNet.MobileNetV2.Tests.Detection;

/// <summary>The entry points with the token of the running test.</summary>
internal static class TestDatasets
{
    public static DetectionDataset Load(string path, DetectionDatasetOptions? options = null) =>
        DetectionDataset.Load(path, options, TestContext.Current.CancellationToken);

    public static DetectionDatasetCheck Check(DetectionDataset data, IReadOnlyList<string>? classes = null, int fewBoxes = 10) =>
        DetectionDatasetCheck.Create(data, classes, fewBoxes, progress: null, TestContext.Current.CancellationToken);

    public static DetectionReport Report(
        IReadOnlyList<string> classes, IEnumerable<(IReadOnlyList<LabelledBox> Truth, IReadOnlyList<DetectedObject> Found)> images) =>
        DetectionReport.Create(classes, images, TestContext.Current.CancellationToken);
}

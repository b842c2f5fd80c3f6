using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>Accuracy on real image sets; with the ImageNet weights, independent linear probes are the yardstick.</summary>
[Trait("Category", "Slow")]
public class PhotoSetTests
{
    [Theory]
    [InlineData("imagenet", 0.82)]
    [InlineData("embedded", 0.75)]
    public void FlowersDev_InFiveStratifiedFolds_ReachesTheLeast(string weights, double least)
    {
        string folder = Path.Combine(TestEnvironment.RequireDataFolder(), "flowers-dev");
        var store = new WeightsStoreOptions { Folder = TestEnvironment.RequireWeightsFolder() };
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder(folder);
        IDataView keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos);
        using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(new() { Store = store, Weights = WeightsSource.Parse(weights) }).Fit(keyed);
        IDataView features = mlContext.Data.Cache(featurizer.Transform(keyed), "Label", "Features");
        double right = 0;
        long count = 0;
        foreach (DataOperationsCatalog.TrainTestData fold in mlContext.Data.StratifiedCrossValidationSplit(features, 5, seed: 1))
        {
            var head = mlContext.MulticlassClassification.Trainers.MobileNetV2Head().Fit(fold.TrainSet);
            MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(head.Transform(fold.TestSet));
            right += metrics.MicroAccuracy * fold.TestSet.GetRowCount()!.Value;
            count += fold.TestSet.GetRowCount()!.Value;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{count} images, accuracy {right / count:P1}");
        Assert.Equal(240, count);
        Assert.InRange(right / count, least, 1);
    }
}

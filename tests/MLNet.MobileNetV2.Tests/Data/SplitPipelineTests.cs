using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Data;

/// <summary>The parts of a split as the input of ordinary ML.NET pipelines.</summary>
public sealed class SplitPipelineTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Split_TrainedAndEvaluated_GivesTheMetricsOfTheTestPart()
    {
        DataOperationsCatalog.TrainTestData split = Split();

        TransformerChain<KeyToValueMappingTransformer> model = Pipeline(useSdca: false).Fit(split.TrainSet);
        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

        Assert.Equal(1, metrics.MacroAccuracy);
        Assert.Equal([6, 12, 3], metrics.ConfusionMatrix.Counts.Select(row => row.Sum()));
    }

    [Fact]
    public void Split_TrainedByATrainerThatShuffles_Learns()
    {
        DataOperationsCatalog.TrainTestData split = Split();

        TransformerChain<KeyToValueMappingTransformer> model = Pipeline(useSdca: true).Fit(split.TrainSet);

        Assert.Equal(1, _mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MacroAccuracy);
    }

    [Fact]
    public void Split_CrossValidated_UsesEveryTrainingRow()
    {
        DataOperationsCatalog.TrainTestData split = Split();

        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> results =
            _mlContext.MulticlassClassification.CrossValidate(split.TrainSet, Pipeline(useSdca: false), numberOfFolds: 3);

        Assert.Equal(84, results.Sum(result => result.ScoredHoldOutSet.GetColumn<int>("Number").Count()));
    }

    [Fact]
    public void Split_WithTheModelSavedAndLoaded_PredictsTheSame()
    {
        using var folder = new TempFolder();
        DataOperationsCatalog.TrainTestData split = Split();
        TransformerChain<KeyToValueMappingTransformer> model = Pipeline(useSdca: false).Fit(split.TrainSet);

        _mlContext.Model.Save(model, split.TrainSet.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().LoadModel(folder.File("model.zip"), out DataViewSchema schema);

        Assert.Equal(split.TrainSet.Schema.Select(column => column.Name), schema.Select(column => column.Name));
        Assert.Equal(
            model.Transform(split.TestSet).GetColumn<string>("PredictedLabel"),
            loaded.Transform(split.TestSet).GetColumn<string>("PredictedLabel"));
    }

    [Fact]
    public void Split_OfAnImageFolder_HoldsEveryPictureOnce()
    {
        using var tree = new PictureTree(Enumerable.Range(0, 10).SelectMany(number => new[] { $"a/{number}.jpg", $"b/{number}.jpg" }));
        IDataView photos = ImageFolder.Load(_mlContext.Data, tree.Path, cancellationToken: TestStop);

        DataOperationsCatalog.TrainTestData split =
            StratifiedSplit.Split(_mlContext.Data, photos, "Label", 0.2, cancellationToken: TestStop);

        Assert.Equal(["a", "a", "b", "b"], split.TestSet.GetColumn<string>("Label"));
        Assert.Equal(
            photos.GetColumn<string>("ImagePath").Order(StringComparer.Ordinal),
            split.TrainSet.GetColumn<string>("ImagePath")
                .Concat(split.TestSet.GetColumn<string>("ImagePath"))
                .Order(StringComparer.Ordinal));
    }

    private DataOperationsCatalog.TrainTestData Split()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(SplitRow.OfClasses(30, 60, 15));
        return StratifiedSplit.Split(_mlContext.Data, data, "Label", 0.2, cancellationToken: TestStop);
    }

    private EstimatorChain<KeyToValueMappingTransformer> Pipeline(bool useSdca)
    {
        IEstimator<ITransformer> trainer = useSdca
            ? _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy()
            : _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: 0.01f);
        return _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Key", "Feature"))
            .Append(_mlContext.Transforms.Conversion.MapKeyToVector("Features", "Key"))
            .Append(trainer)
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    }

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;
}

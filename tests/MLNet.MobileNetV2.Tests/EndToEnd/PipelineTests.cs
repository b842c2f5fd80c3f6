using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

public class PipelineTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Pipeline_OnTheSampleSet_BeatsSeventyPercentOnHeldOutPhotos()
    {
        IDataView photos = _mlContext.Data.LoadFromImageFolder(Repository.SamplePhotos);
        DataOperationsCatalog.TrainTestData split = _mlContext.Data.StratifiedTrainTestSplit(SamplePipeline.WithKeys(_mlContext, photos));
        using TransformerChain<Microsoft.ML.Transforms.KeyToValueMappingTransformer> model = SamplePipeline.Scoring(_mlContext).Fit(
            split.TrainSet);

        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

        // 75 % of this split; 80 % in five folds.
        Assert.InRange(metrics.MicroAccuracy, 0.7, 1);
        Assert.Equal(split.TestSet.GetRowCount(), (long)metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
    }

    [Fact]
    public void CrossValidate_WithTheWholePipeline_MeasuresEachFold()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(16));

        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> results =
            _mlContext.MulticlassClassification.CrossValidate(
                SamplePipeline.WithKeys(_mlContext, data), SamplePipeline.Scoring(_mlContext), numberOfFolds: 3);
        foreach (TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics> result in results)
        {
            (result.Model as IDisposable)?.Dispose();
        }

        Assert.Equal(3, results.Count);
        Assert.InRange(results.Average(result => result.Metrics.MicroAccuracy), 0.5, 1);
    }

    [Fact]
    public void PredictionEngine_InProcess_AgreesWithTransform()
    {
        PhotoRow[] rows = Photos.Rows(4);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        ITransformer model = SamplePipeline.Scoring(_mlContext).Fit(SamplePipeline.WithKeys(_mlContext, data));
        using (model as IDisposable)
        using (PredictionEngine<PhotoRow, PredictionRow> engine = _mlContext.Model.CreatePredictionEngine<PhotoRow, PredictionRow>(model))
        {
            PredictionRow[] bulk = SamplePipeline.Predict(_mlContext, model, data);
            PredictionRow[] single = [.. rows.Select(engine.Predict)];

            Assert.Equal(bulk.Select(row => row.PredictedLabel), single.Select(row => row.PredictedLabel));
            Assert.InRange(Photos.MaxDifference([.. bulk.Select(row => row.Score)], [.. single.Select(row => row.Score)]), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PredictionEngine_WhenDisposed_DisposesTheModelThatItOwns(bool owns)
    {
        PhotoRow[] rows = Photos.Rows(1);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        using MobileNetV2FeaturizerTransformer model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(data);
        var options = new PredictionEngineOptions { OwnsTransformer = owns };
        using (
            PredictionEngine<PhotoRow, FeatureRow> engine = _mlContext.Model.CreatePredictionEngine<PhotoRow, FeatureRow>(model, options))
        {
            engine.Predict(rows[0]);
        }

        Assert.Equal(owns, Record.Exception(() => model.Transform(data).Features()) is ObjectDisposedException);
    }

    [Fact]
    public void Score_NamesItsSlotsAfterTheClasses()
    {
        IDataView data = SamplePipeline.WithKeys(_mlContext, _mlContext.Data.LoadFromEnumerable(Photos.Rows(2)));
        ITransformer model = SamplePipeline.Scoring(_mlContext).Fit(data);
        using (model as IDisposable)
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            model.GetOutputSchema(data.Schema)["Score"].GetSlotNames(ref names);

            Assert.Equal(
                ["animal", "building", "clothing", "face", "food", "vehicle"], names.DenseValues().Select(name => name.ToString()));
        }
    }

    [Fact]
    public void Fit_Twice_GivesTheSameModel()
    {
        IDataView data = SamplePipeline.WithKeys(_mlContext, _mlContext.Data.LoadFromEnumerable(Photos.Rows(4)));
        ITransformer first = SamplePipeline.Scoring(_mlContext).Fit(data);
        ITransformer second = SamplePipeline.Scoring(_mlContext).Fit(data);
        using (first as IDisposable)
        using (second as IDisposable)
        {
            Assert.Equal(
                SamplePipeline.Predict(_mlContext, first, data).Select(row => row.Score),
                SamplePipeline.Predict(_mlContext, second, data).Select(row => row.Score));
        }
    }
}

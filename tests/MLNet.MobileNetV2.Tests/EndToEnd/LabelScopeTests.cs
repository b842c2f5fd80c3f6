using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>The two ways to keep the label out of a model that is to predict.</summary>
public class LabelScopeTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Model_WithTheLabelStepInTheChain_PredictsRowsThatHaveALabelColumn()
    {
        using var folder = new TempFolder();
        PhotoRow[] rows = Photos.Rows(3);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        ITransformer model = _mlContext.Transforms.Conversion.MapValueToKey("Label").Append(SamplePipeline.Scoring(_mlContext)).Fit(data);
        string path = Save(model, data, folder);

        Assert.Equal(rows[0].Label, Predict<PhotoRow>(path, new PhotoRow { ImagePath = rows[0].ImagePath }).PredictedLabel);
    }

    [Fact]
    public void Model_WithTheLabelStepForTrainingAndTesting_PredictsFromThePathAlone()
    {
        using var folder = new TempFolder();
        PhotoRow[] rows = Photos.Rows(3);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        TransformerChain<ITransformer> model = new EstimatorChain<ITransformer>()
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Append<ITransformer>(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        string path = Save(model, data, folder, scoring => scoring.GetModelFor(TransformerScope.Scoring));

        Assert.Equal(rows[0].Label, Predict(path, new PathOnly { ImagePath = rows[0].ImagePath }).PredictedLabel);
    }

    [Fact]
    public void Model_WithTheLabelStepApart_PredictsFromThePathAlone()
    {
        using var folder = new TempFolder();
        PhotoRow[] rows = Photos.Rows(3);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        ITransformer model = SamplePipeline.Scoring(_mlContext).Fit(SamplePipeline.WithKeys(_mlContext, data));
        string path = Save(model, data, folder);

        Assert.Equal(rows[0].Label, Predict(path, new PathOnly { ImagePath = rows[0].ImagePath }).PredictedLabel);
    }

    private string Save<TModel>(TModel model, IDataView data, TempFolder folder, Func<TModel, ITransformer>? part = null)
        where TModel : ITransformer
    {
        string path = folder.File("model.zip");
        using (model as IDisposable)
        {
            _mlContext.Model.Save(part is null ? model : part(model), data.Schema, path);
        }

        return path;
    }

    private PredictionRow Predict<TRow>(string path, TRow row)
        where TRow : class
    {
        ITransformer model = _mlContext.LoadModel(path);
        using (model as IDisposable)
        using (PredictionEngine<TRow, PredictionRow> engine = _mlContext.Model.CreatePredictionEngine<TRow, PredictionRow>(model))
        {
            return engine.Predict(row);
        }
    }

    private sealed class PathOnly
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}

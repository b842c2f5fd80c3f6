using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>The one-step trainer on a label of text.</summary>
public sealed class TextLabelTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(perClass: 6);
    private readonly TempFolder _folder = new();

    private IDataView Text => _mlContext.Data.LoadFromEnumerable(_pictures.Rows);

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fit_OnText_IsTheModelOfItsKeysInOrdinalOrder(int blocks)
    {
        IDataView reversed = _mlContext.Data.LoadFromEnumerable(_pictures.Rows.Reverse());
        IDataView keyed = _mlContext.Transforms.Conversion
            .MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(reversed)
            .Transform(reversed);
        using var ofKeys = TinyNetwork.Options(blocks).Fit(_mlContext, keyed);

        using var ofText = TinyNetwork.Options(blocks).Fit(_mlContext, reversed);

        IDataView scored = ofText.Transform(reversed);
        Assert.Equal(ofKeys.Transform(keyed).Features("Score"), scored.Features("Score"));
        Assert.Equal(DiscPictures.Classes, ClassNames.Of(scored.Schema["Score"]));
    }

    [Fact]
    public void Transform_OfAModelOfText_PredictsTextFromThePathAlone()
    {
        using var model = TinyNetwork.Options(blocks: 0).Fit(_mlContext, Text);
        IDataView paths = _mlContext.Data.LoadFromEnumerable(_pictures.Files.Select(file => new PathRow { ImagePath = file }));

        IDataView scored = model.Transform(paths);

        Assert.Equal(TextDataViewType.Instance, scored.Schema["PredictedLabel"].Type);
        Assert.Equal(_pictures.Rows.Select(row => row.Label), scored.GetColumn<string>("PredictedLabel"));
        Assert.Equal(
            ["Features", "ImagePath", "PredictedLabel", "Score"], scored.Schema.Select(column => column.Name).Distinct().Order(
                StringComparer.Ordinal));
    }

    [Fact]
    public void Load_OfASavedModelOfText_PredictsTheSameTexts()
    {
        string path = _folder.File("model.zip");
        float[][] expected;
        using (var model = TinyNetwork.Options().Fit(_mlContext, Text))
        {
            _mlContext.Model.Save(model, Text.Schema, path);
            expected = model.Transform(Text).Features("Score");
        }

        var other = new MLContext();
        ITransformer loaded = other.LoadModel(path);
        using var disposed = loaded as IDisposable;
        using PredictionEngine<PathRow, Prediction> engine = other.Model.CreatePredictionEngine<PathRow, Prediction>(
            loaded, new PredictionEngineOptions { OwnsTransformer = false });
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(path);

        Assert.Equal(
            _pictures.Files.Select(file => engine.Predict(new PathRow { ImagePath = file }).PredictedLabel),
            _pictures.Files.Select(file => predictor.Predict(file, cancellationToken: TestContext.Current.CancellationToken)[0].Label));
        Assert.InRange(Photos.MaxDifference(expected, loaded.Transform(Text).Features("Score")), 0, 1e-5);
    }

    [Fact]
    public void GetOutputSchema_OnText_KeepsTheLabelAndPredictsText()
    {
        MobileNetV2Trainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options());

        SchemaShape shape = trainer.GetOutputSchema(SchemaShapes.Of(Text));

        Assert.Equal(
            ["Features", "ImagePath", "Label", "Number", "PredictedLabel", "Score", "Vector"], shape.Select(column => column.Name).Order(
                StringComparer.Ordinal));
        Assert.All(
            shape.Where(column => column.Name is "Label" or "PredictedLabel"),
            column => Assert.Equal((TextDataViewType.Instance, false), (column.ItemType, column.IsKey)));
    }

    [Fact]
    public void Fit_OnTextWithNamesOfItsOwn_SavesForAPredictorAndAnOnnxFile()
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options(blocks: 0)
            .With(its => its.ScoreColumnName, "Odds")
            .With(its => its.PredictedLabelColumnName, "Guess");

        using var model = options.Fit(_mlContext, Text);

        IDataView scored = model.Transform(Text);
        Assert.Equal(_pictures.Rows.Select(row => row.Label), scored.GetColumn<string>("Guess"));
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Create(model);
        Assert.Equal(
            scored.Features("Odds")[0].Max(),
            predictor.Predict(_pictures.Files[0], cancellationToken: TestContext.Current.CancellationToken)[0].Score,
            1e-5f);
        _mlContext.Model.SaveMobileNetV2AsOnnx(model, _folder.File("model.onnx"));
        Assert.True(File.Exists(_folder.File("model.onnx")));
    }

    [Fact]
    public void Fit_OnTextWithAValidationSetOfText_ValidatesByTheSameKeys()
    {
        ValidationResult? last = null;
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.ValidationSet, Text)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state => last = state.Validation ?? last));

        using var model = options.Fit(_mlContext, Text);

        string[] predicted = [.. model.Transform(Text).GetColumn<string>("PredictedLabel")];
        Assert.NotNull(last);
        Assert.InRange(last.Value.Accuracy!.Value, 0.6, 1);
        Assert.Equal(DiscPictures.Classes.Count, predicted.Distinct().Count());
    }

    [Fact]
    public void FindLearningRate_OnText_GivesACurve() => Assert.Equal(
        10,
        _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options())
            .FindLearningRate(Text, new LearningRateSearchOptions { From = 1e-6, To = 1e-3, Steps = 10 }).Points.Count);

    [Fact]
    public void Fit_OnTextOfOneClass_NamesTheClass()
    {
        IDataView one = _mlContext.Data.LoadFromEnumerable(_pictures.Rows.Where(row => row.Label == "red"));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => TinyNetwork.Options().Fit(_mlContext, one));

        Assert.Contains("'red'", error.Message, StringComparison.Ordinal);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}

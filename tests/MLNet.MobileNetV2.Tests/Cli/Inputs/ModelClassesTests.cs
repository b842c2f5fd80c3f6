using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.EndToEnd.Labels;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Inputs;

/// <summary>Models whose classes have names that cannot be told apart, or none, and models that take more than an image.</summary>
public sealed class ModelClassesTests : IDisposable
{
    private readonly SampleFolder _photos = new(2, "animal", "food");
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    private string ModelPath => _folder.File("model.zip");

    public void Dispose()
    {
        _photos.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Evaluate_WithHashedLabels_MatchesThoseThatHaveNames()
    {
        IDataView photos = _mlContext.Data.LoadFromImageFolder(_photos.Path);
        Save(
            photos,
            _mlContext.Transforms.Conversion.Hash("Label", numberOfBits: 8, maximumNumberOfInverts: -1).Fit(photos).Transform(photos));

        CliRun predict = await CliRun.InProcessAsync("predict", ModelPath, _photos.Path, "--json");
        CliRun evaluate = await CliRun.InProcessAsync("evaluate", ModelPath, _photos.Path, "--json");

        Assert.True(predict.ExitCode == 0, predict.Error);
        Assert.True(evaluate.ExitCode == 0, evaluate.Error);
        Assert.Equal(["animal", "animal", "food", "food"], predict.JsonLines.Select(line => line.GetProperty("label").GetString()));
        Assert.Equal(1, evaluate.Json.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task Evaluate_OnAFolderWhoseNameTwoClassesHave_RefusesIt()
    {
        _photos.AddClass("vehicle", "vehicle", 2);
        SchemaDefinition definition = SchemaDefinition.Create(typeof(KeyedPhoto));
        definition["Label"].AddAnnotation(
            "KeyValues",
            new VBuffer<ReadOnlyMemory<char>>(3, ["food".AsMemory(), "animal".AsMemory(), "food".AsMemory()]),
            new VectorDataViewType(TextDataViewType.Instance, 3));
        IDataView keyed = _mlContext.Data.LoadFromEnumerable(
            _photos.Files.Select((file, index) => new KeyedPhoto { ImagePath = file, Label = (uint)index / 2 }), definition);
        Save(keyed, keyed);
        Directory.Delete(_photos.PathOf("vehicle"), recursive: true);

        CliRun predict = await CliRun.InProcessAsync("predict", ModelPath, _photos.Path, "--json");
        string error = (await CliRun.InProcessAsync("evaluate", ModelPath, _photos.Path, "--json")).AssertFailed(1);

        Assert.True(predict.ExitCode == 0, predict.Error);
        Assert.Contains("'food' is the name of several classes of the model", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAModelThatTakesAnotherColumnToo_NamesIt()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(_photos.Files.Select(PhotoRow.Of).ToArray());
        using (var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(LabelModel.Featurizer))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(featureColumnName: "Vector"))
            .Fit(rows))
        {
            _mlContext.Model.Save(model, rows.Schema, ModelPath);
        }

        string error = (await CliRun.InProcessAsync("predict", ModelPath, _photos.Path)).AssertFailed(1);

        Assert.Contains("its scores depend on 'Vector'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAModelWhoseScoresAreNotOfClasses_SaysSo()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(_photos.Files.Select(PhotoRow.Of).ToArray());
        using (var model = _mlContext.Transforms.Conversion.ConvertType("Target", "Number", DataKind.Single)
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(LabelModel.Featurizer))
            .Append(_mlContext.Regression.Trainers.Sdca("Target", maximumNumberOfIterations: 2))
            .Fit(rows))
        {
            _mlContext.Model.Save(model, rows.Schema, ModelPath);
        }

        string error = (await CliRun.InProcessAsync("predict", ModelPath, _photos.Path)).AssertFailed(1);

        Assert.Contains("The column 'Score' is of type Single;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAModelThatWasSavedWithoutItsColumns_Works()
    {
        IDataView photos = _mlContext.Data.LoadFromImageFolder(_photos.Path);
        Save(null, _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos));

        CliRun run = await CliRun.InProcessAsync("predict", ModelPath, _photos.Path, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["animal", "animal", "food", "food"], run.JsonLines.Select(line => line.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task Predict_WithAnotherTrainersHead_RunsItAsAPipelineInOrderAndGoesOnAfterBadPhotos()
    {
        IReadOnlyList<string> bad = _photos.AddBadPhotos("food");
        IDataView photos = _mlContext.Data.LoadFromEnumerable(_photos.Files.Select(
            file => new KeyedPhoto { ImagePath = file, Label = file.Contains("animal", StringComparison.Ordinal) ? 0u : 1u }).Where(
            photo => !bad.Any(photo.ImagePath.EndsWith)));
        using (var model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(LabelModel.Featurizer)
            .Append(
                _mlContext.MulticlassClassification.Trainers.OneVersusAll(
                    _mlContext.BinaryClassification.Trainers.LbfgsLogisticRegression()))
            .Fit(photos))
        {
            Assert.Throws<NotSupportedException>(() => MobileNetV2Predictor.Create(model));
            _mlContext.Model.Save(model, photos.Schema, ModelPath);
        }

        CliRun run = await CliRun.InProcessAsync("predict", ModelPath, _photos.Path, "--json");

        Assert.Equal((0, 7), (run.ExitCode, run.JsonLines.Count));
        Assert.Equal(bad.Count, run.JsonLines.Count(line => line.TryGetProperty("error", out _)));
        Assert.Equal(
            ["1", "1", "2", "2"],
            run.JsonLines.Where(line => line.TryGetProperty("label", out _)).Select(line => line.GetProperty("label").GetString()));
    }

    private void Save(IDataView? photos, IDataView keyed)
    {
        using var model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(LabelModel.Featurizer)
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(keyed);
        _mlContext.Model.Save(model, photos?.Schema, ModelPath);
    }

    private sealed class KeyedPhoto
    {
        public string ImagePath { get; set; } = string.Empty;

        [KeyType(3)]
        public uint Label { get; set; }
    }
}

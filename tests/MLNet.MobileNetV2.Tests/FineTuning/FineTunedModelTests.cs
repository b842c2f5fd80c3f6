using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>A fine-tuned model in all that ML.NET and this library do with models.</summary>
public sealed class FineTunedModelTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pipeline_FromTextToText_EvaluatesAndPredicts()
    {
        IDataView text = _mlContext.Data.LoadFromEnumerable(_pictures.Rows);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options()))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(text);

        IDataView scored = model.Transform(text);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(scored, predictedLabelColumnName: "PredictedLabel").LogLoss, 0, 0.7);
        PredictionRow[] bulk = [.. _mlContext.Data.CreateEnumerable<PredictionRow>(scored, reuseRowObject: false)];
        using PredictionEngine<PhotoRow, PredictionRow> engine = _mlContext.Model.CreatePredictionEngine<PhotoRow, PredictionRow>(model);
        PredictionRow[] single = [.. _pictures.Rows.Select(engine.Predict)];
        Assert.Equal(bulk.Select(row => row.PredictedLabel), single.Select(row => row.PredictedLabel));
        Assert.InRange(Photos.MaxDifference([.. bulk.Select(row => row.Score)], [.. single.Select(row => row.Score)]), 0, 1e-5);
        Assert.InRange(single.Zip(_pictures.Rows).Count(pair => pair.First.PredictedLabel == pair.Second.Label), 20, 24);
    }

    [Fact]
    public void CrossValidation_OverStratifiedFolds_MeasuresEachFold()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2Trainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options());
        var accuracies = new List<double>();

        foreach (DataOperationsCatalog.TrainTestData fold in _mlContext.Data.StratifiedCrossValidationSplit(data, 4))
        {
            using var model = trainer.Fit(fold.TrainSet);
            accuracies.Add(_mlContext.MulticlassClassification.Evaluate(model.Transform(fold.TestSet)).MicroAccuracy);
        }

        var results = _mlContext.MulticlassClassification.CrossValidate(data, trainer, numberOfFolds: 2);
        Assert.Equal(4, accuracies.Count);
        Assert.InRange(accuracies.Average(), 0.7, 1);
        Assert.Equal(2, results.Count);
        foreach (var result in results)
        {
            (result.Model as IDisposable)?.Dispose();
        }
    }

    [Fact]
    public void GetOutputSchema_IsThatOfTheModel()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2Trainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options());
        using var model = trainer.Fit(data);
        SchemaShape shape = trainer.GetOutputSchema(SchemaShapes.Of(data));

        DataViewSchema schema = model.Transform(data).Schema;

        Assert.Equal(schema.Select(column => column.Name).Distinct().Order(), shape.Select(column => column.Name).Order());
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 1280), schema["Features"].Type);
        Assert.True(shape.Single(column => column.Name == "PredictedLabel").IsKey);
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("transform")]
    public async Task SavedModel_InASecondProcess_GivesTheSameScores(string way)
    {
        using var temp = new TempFolder();
        IDataView data = _pictures.Keyed(_mlContext);
        string path = _folder.File("model.zip");
        PredictionRow[] expected;
        using (var model = Scoring(TinyNetwork.Options()).Fit(data))
        {
            _mlContext.Model.Save(model, _mlContext.Data.LoadFromEnumerable(_pictures.Rows).Schema, path);
            expected = [.. _mlContext.Data.CreateEnumerable<PredictionRow>(model.Transform(data), reuseRowObject: false)];
        }

        ChildProcess child = await ChildProcess.RunAssemblyAsync("MLNet.MobileNetV2.Loader", temp.Path, [path, way, .. _pictures.Files]);

        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        PredictionRow[] found =
        [
            .. child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
                line => JsonSerializer.Deserialize<PredictionRow>(line)!),
        ];
        Assert.Equal(expected.Select(row => row.PredictedLabel), found.Select(row => row.PredictedLabel));
        Assert.InRange(Photos.MaxDifference([.. expected.Select(row => row.Score)], [.. found.Select(row => row.Score)]), 0, 1e-5);
        Assert.Equal((1, 0), (_folder.Names().Length, temp.Names().Length));
    }

    [Theory]
    [InlineData(BatchNormTraining.Frozen)]
    [InlineData(BatchNormTraining.BatchStatistics)]
    public void ExportedModel_GivesTheSameScoresFromPixels(BatchNormTraining batchNorm)
    {
        IDataView data = _pictures.Keyed(_mlContext);
        using var model = Scoring(TinyNetwork.Options(TinyNetwork.Blocks).With(tuning => tuning with { BatchNorm = batchNorm })).Fit(data);
        string path = _folder.File("model.onnx");

        _mlContext.Model.SaveMobileNetV2AsOnnx(model, path);

        using var session = new InferenceSession(path);
        Assert.InRange(Photos.MaxDifference(model.Transform(data).Features("Score"), Run(session)), 0, 1e-5);
        Assert.Equal(DiscPictures.Classes, JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["labels"])!);
    }

    [Fact]
    public void Predictor_OfAModelAndOfItsFile_GivesItsScores()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        using var model = Scoring(TinyNetwork.Options()).Fit(data);
        float[][] expected = model.Transform(data).Features("Score");
        string path = _folder.File("model.zip");
        _mlContext.Model.Save(model, data.Schema, path);

        foreach (MobileNetV2Predictor predictor in new[] { MobileNetV2Predictor.Create(model), MobileNetV2Predictor.Load(path) })
        {
            using (predictor)
            {
                float[][] found =
                [
                    .. _pictures.Files.Select(
                        file => InOrder(predictor.Predict(file, cancellationToken: TestContext.Current.CancellationToken))),
                ];
                Assert.Equal(DiscPictures.Classes, predictor.Labels);
                Assert.InRange(Photos.MaxDifference(expected, found), 0, 1e-5);
            }
        }
    }

    [Fact]
    public void Info_OfAFineTunedModel_NamesNoFileOfWeights()
    {
        string file = _folder.File("tiny.safetensors");
        TinyNetwork.Weights.SaveSafetensors(file);
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(its => its.Weights, WeightsSource.FromFile(file));

        using var tuned = options.Fit(_mlContext, _pictures.Keyed(_mlContext));
        using var head = (options.With(its => its.FineTuneBlocks, FineTuneBlocks.HeadOnly)).Fit(_mlContext, _pictures.Keyed(_mlContext));

        Assert.Null(MobileNetV2FeaturizerInfo.Find(tuned)!.WeightsSha256);
        Assert.NotNull(MobileNetV2FeaturizerInfo.Find(head)!.WeightsSha256);
        Assert.Equal(32, MobileNetV2FeaturizerInfo.Find(tuned)!.Preprocessing.Size);
    }

    [Fact]
    public void Weights_OfAFineTunedModel_SavedAndTakenAgain_GiveItsFeatures()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        using var model = TinyNetwork.Options().Fit(_mlContext, data);
        string file = _folder.File("tuned.safetensors");

        TinyNetwork.NetworkOf(model).SaveSafetensors(file);

        using var again = _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.FromFile(file)).Fit(
            data);
        Assert.InRange(Photos.MaxDifference(model.Transform(data).Features(), again.Transform(data).Features()), 0, 1e-5);
    }

    [Fact]
    public void Model_WhenDisposed_ReadsNoMore()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        var model = TinyNetwork.Options().Fit(_mlContext, data);
        IDataView scored = model.Transform(data);

        model.Dispose();

        Assert.IsType<ObjectDisposedException>(Record.Exception(() => scored.Features("Score"))?.GetBaseException());
    }

    private EstimatorChain<ITransformer> Scoring(MobileNetV2TrainerOptions options) => new EstimatorChain<ITransformer>()
        .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2(options))
        .Append<ITransformer>(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private static float[] InOrder(IReadOnlyList<ClassScore> scores) =>
        [.. scores.OrderBy(score => score.Index).Select(score => score.Score)];

    private float[][] Run(InferenceSession session)
    {
        ImagePreprocessing preprocessing = TinyNetwork.Weights.Preprocessing;
        var preprocessor = new ImagePreprocessor(preprocessing);
        return [.. _pictures.Files.Select(file =>
        {
            byte[] rgba = new byte[preprocessor.ByteCount];
            float[] pixels = new float[3 * preprocessing.Size * preprocessing.Size];
            preprocessor.FromFile(file, rgba);
            PixelTensor.Fill(rgba, pixels, preprocessing.ChannelOrder);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, preprocessing.Size, preprocessing.Size]);
            using var outputs = session.Run(new RunOptions(), ["pixels"], [input], ["probabilities"]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        })];
    }
}

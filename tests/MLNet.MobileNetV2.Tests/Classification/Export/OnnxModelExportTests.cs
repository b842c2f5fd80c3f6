using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification.Export;

/// <summary>Exported models give ONNX Runtime, from pixels, the scores that ML.NET gives from the image.</summary>
public class OnnxModelExportTests
{
    private static readonly List<string> s_labels = ["animal", "building", "clothing", "face", "food", "vehicle"];

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Export_OfFittedAndLoadedModels_GivesTheSameProbabilities()
    {
        IDataView photos = Keyed();
        using var model = Scoring(Photos.Options).Fit(photos);
        float[][] scores = model.Transform(photos).Features("Score");
        using var folder = new TempFolder();
        _mlContext.Model.Save(model, photos.Schema, folder.File("model.zip"));
        ITransformer loaded = _mlContext.LoadModel(folder.File("model.zip"));
        using (loaded as IDisposable)
        {
            foreach (ITransformer exported in new[] { model, loaded })
            {
                string path = folder.File("model.onnx");
                _mlContext.Model.SaveMobileNetV2AsOnnx(exported, path);

                using var session = new InferenceSession(path);
                Assert.InRange(Photos.MaxDifference(scores, Run(session, PretrainedModels.Embedded.Preprocessing)), 0, 1e-5);
                Assert.Equal(["pixels"], session.InputMetadata.Keys);
                Assert.Equal(["features", "probabilities"], session.OutputMetadata.Keys.Order());
                Assert.Equal([-1, 3, 224, 224], session.InputMetadata["pixels"].Dimensions);
                Assert.Equal([-1, 6], session.OutputMetadata["probabilities"].Dimensions);
            }
        }
    }

    [Fact]
    public void Export_HasLabelsAndPreprocessingInItsMetadata()
    {
        IDataView photos = Keyed();
        using var model = Scoring(Photos.Options).Fit(photos);

        using InferenceSession session = Export(model);

        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(s_labels, JsonSerializer.Deserialize<List<string>>(metadata["labels"]));
        Assert.Equal(
            ("embedded", "224", "0.875", "AntialiasedBilinear", "Rgb", "127.5 127.5 127.5", "TensorFlowSame"),
            (metadata["weights"], metadata["preprocessing.size"], metadata["preprocessing.crop_fraction"],
                metadata["preprocessing.interpolation"],
                metadata["preprocessing.channel_order"], metadata["preprocessing.mean"], metadata["padding"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Export_OfATap_FlattensItsFeaturesForTheHead(bool isPooled)
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            4, RandomWeights.Narrow(), new ImagePreprocessing { Size = 64, ChannelOrder = ImageChannelOrder.Bgr });
        IDataView photos = Keyed();
        using var model = Scoring(new() { Weights = WeightsSource.From(weights), Tap = new FeatureTap(6, isPooled) }).Fit(photos);
        float[][] scores = model.Transform(photos).Features("Score");
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, photos.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _mlContext.LoadModel(stream);
        using (loaded as IDisposable)
        {
            foreach (ITransformer exported in new[] { model, loaded })
            {
                using InferenceSession session = Export(exported);
                Assert.InRange(Photos.MaxDifference(scores, Run(session, weights.Preprocessing)), 0, 1e-5);
            }
        }
    }

    [Fact]
    public void Export_OfAStockTrainersSoftmaxRegression_Works()
    {
        IDataView photos = Keyed();
        using var model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options)
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(photos);

        using InferenceSession session = Export(model);

        Assert.InRange(
            Photos.MaxDifference(
                model.Transform(photos).Features("Score"), Run(session, PretrainedModels.Embedded.Preprocessing)), 0, 1e-5);
    }

    [Fact]
    public void Export_OfAReleasedModel_GivesItsScores()
    {
        string path = Path.Combine(Repository.Root, "tests", "MLNet.MobileNetV2.Tests", "Fixtures", "model-1.0.0-preview.1.zip");
        ITransformer model = _mlContext.LoadModel(path);
        using (model as IDisposable)
        {
            float[][] scores = model.Transform(_mlContext.Data.LoadFromEnumerable(Photos.Rows(1))).Features("Score");

            using InferenceSession session = Export(model);

            Assert.InRange(
                Photos.MaxDifference(scores, Run(session, MobileNetV2FeaturizerInfo.Find(model)!.Preprocessing, perCategory: 1)), 0, 1e-5);
        }
    }

    [Fact]
    public void Export_OfAModelThatTakesPixels_Works()
    {
        IDataView photos = Keyed();
        var chain = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 224, 224))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "Pixels", WeightsSource.Embedded))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head());
        using var model = chain.Fit(photos);
        IDataView scored = model.Transform(photos);
        float[][] expected = scored.Features("Score");
        float[][] pixels = scored.Features("Pixels");
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, photos.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _mlContext.LoadModel(stream);
        using (loaded as IDisposable)
        using (InferenceSession session = Export(loaded))
        {
            Assert.InRange(Photos.MaxDifference(expected, [.. pixels.Select(values => Run(session, values, 224))]), 0, 1e-5);
        }
    }

    [Fact]
    public void Export_OfWhatItCannotHold_NamesTheStepInTheWay()
    {
        IDataView photos = Keyed();
        var featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options);
        using var alone = featurizer.Fit(photos);
        IDataView features = alone.Transform(photos);
        var head = _mlContext.MulticlassClassification.Trainers.MobileNetV2Head();

        Check("no trained classifier", alone);
        Check("no MobileNetV2 featurizer", head.Fit(features));
        Check("NormalizingTransformer", Chain(_mlContext.Transforms.NormalizeMinMax("Features"), head));
        Check("takes the column 'Vector'", Chain(
            _mlContext.MulticlassClassification.Trainers.MobileNetV2Head(new() { FeatureColumnName = "Vector" })));
        Check("OneVersusAllModelParameters", Chain(
            _mlContext.MulticlassClassification.Trainers.OneVersusAll(_mlContext.BinaryClassification.Trainers.LbfgsLogisticRegression())));
        Check("no trained classifier", new TransformerChain<ITransformer>(head.Fit(features), alone));
        Check("replaces its column 'Features' by 'Vector'", Chain(_mlContext.Transforms.CopyColumns("Features", "Vector"), head));
        Check("replaces its column 'Score' by 'Vector'", Chain(head, _mlContext.Transforms.CopyColumns("Score", "Vector")));
        Check("replaces its column 'PredictedLabel' by 'Label'", Chain(head, _mlContext.Transforms.CopyColumns("PredictedLabel", "Label")));

        ITransformer Chain(params IEstimator<ITransformer>[] steps)
        {
            IDataView data = features;
            List<ITransformer> fitted = [alone];
            foreach (IEstimator<ITransformer> step in steps)
            {
                fitted.Add(step.Fit(data));
                data = fitted[^1].Transform(data);
            }

            return new TransformerChain<ITransformer>([.. fitted]);
        }

        void Check(string inTheWay, ITransformer model)
        {
            using var stream = new MemoryStream();
            Assert.Contains(
                inTheWay, Assert.Throws<NotSupportedException>(
                    () => _mlContext.Model.SaveMobileNetV2AsOnnx(model, stream)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Export_OfAModelThatChangesItsPicturesFirst_NamesTheStep()
    {
        IDataView photos = Keyed();
        using var model = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ConvertToGrayscale("Image"))
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "Image", WeightsSource.Embedded))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Fit(photos);
        using var stream = new MemoryStream();

        Assert.Contains(
            "ImageGrayscalingTransformer before its featurizer",
            Assert.Throws<NotSupportedException>(() => _mlContext.Model.SaveMobileNetV2AsOnnx(model, stream)).Message,
            StringComparison.Ordinal);
    }

    private IDataView Keyed()
    {
        IDataView photos = _mlContext.Data.LoadFromEnumerable(Photos.Rows(2));
        return _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos);
    }

    private IEstimator<TransformerChain<ITransformer>> Scoring(MobileNetV2FeaturizerOptions options) => new EstimatorChain<ITransformer>()
        .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(options))
        .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
        .Append<ITransformer>(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private InferenceSession Export(ITransformer model)
    {
        using var stream = new MemoryStream();
        _mlContext.Model.SaveMobileNetV2AsOnnx(model, stream);
        return new InferenceSession(stream.ToArray());
    }

    private static float[][] Run(InferenceSession session, ImagePreprocessing preprocessing, int perCategory = 2)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        byte[] rgba = new byte[preprocessor.ByteCount];
        float[] pixels = new float[3 * preprocessing.Size * preprocessing.Size];
        return [.. Repository.SampleFiles(perCategory).Select(file =>
        {
            preprocessor.FromFile(file, rgba);
            PixelTensor.Fill(rgba, pixels, preprocessing.ChannelOrder);
            return Run(session, pixels, preprocessing.Size);
        })];
    }

    private static float[] Run(InferenceSession session, float[] pixels, int size)
    {
        using var options = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, size, size]);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["pixels"], [input], ["probabilities"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>A classifier of the six sample categories, fitted in a moment, and its own scores of the images.</summary>
internal sealed class PhotoModel : IDisposable
{
    private const int PerCategory = 2;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly IDataView _photos;

    /// <summary>Fits the model.</summary>
    /// <param name="options">The featurizer's options, or null for a small network that reads its channels the other way round.</param>
    public PhotoModel(MobileNetV2FeaturizerOptions? options = null)
    {
        options ??= new()
        {
            Weights = WeightsSource.From(
                RandomWeights.Create(
                    4, RandomWeights.Narrow(), new ImagePreprocessing { Size = 64, ChannelOrder = ImageChannelOrder.Bgr })),
        };
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Photos.Rows(PerCategory));
        _photos = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        Transformer = new EstimatorChain<ITransformer>()
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(options))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Append<ITransformer>(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(_photos);
        Scores = Transformer.Transform(_photos).Features("Score");
    }

    public static IReadOnlyList<string> Labels { get; } = ["animal", "building", "clothing", "face", "food", "vehicle"];

    public static IReadOnlyList<string> Files { get; } = Repository.SampleFiles(PerCategory);

    public ITransformer Transformer { get; }

    /// <summary>The probabilities that ML.NET gives for each of the files.</summary>
    public float[][] Scores { get; }

    public MobileNetV2Predictor Predictor(MobileNetV2PredictorOptions? options = null) => MobileNetV2Predictor.Create(Transformer, options);

    public void Save(string path) => _mlContext.Model.Save(Transformer, _photos.Schema, path);

    /// <summary>Probabilities in the order of the labels, from a prediction of all of them.</summary>
    public static float[] InOrder(IReadOnlyList<ClassScore> scores) =>
        [.. scores.OrderBy(score => score.Index).Select(score => score.Score)];

    public void Dispose() => (Transformer as IDisposable)?.Dispose();
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>A network of nine narrow blocks for images of 32 pixels, which trains in moments.</summary>
internal static class TinyNetwork
{
    public const int Blocks = 9;

    /// <summary>A rate with which a few steps spoil the network, and stay finite.</summary>
    public const double HarmfulRate = 0.5;

    public static MobileNetV2Weights Weights { get; } = RandomWeights.Create(
        5, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });

    /// <summary>Weights whose features hardly differ from image to image: a head alone is never sure of anything.</summary>
    public static MobileNetV2Weights Faint { get; } = new(
        "faint",
        Weights.Architecture,
        Weights.Tensors.ToDictionary(
            pair => pair.Key,
            pair => pair.Key == $"{Weights.Architecture.LastConvolution.Name}.weight"
                ? new WeightTensor(pair.Value.Shape, pair.Value.Values.ToArray().Select(value => value * 1e-3f).ToArray())
                : pair.Value),
        Weights.Preprocessing);

    /// <summary>
    /// Options that train for two epochs and go on from the head: the classifier begins solved and is not solved anew.
    /// </summary>
    public static FineTuneOptions FromTheHead { get; } = new()
    {
        Epochs = 2,
        BatchSize = 8,
        LearningRate = 1e-3,
        HeadLearningRate = 1e-3,
        ClassifierStart = ClassifierStart.Solved,
        RefitL2Regularization = null,
        LabelSmoothing = 0,
        Augmentation = ImageAugmentation.Light,
    };

    /// <summary>Options that train the last blocks for two epochs, going on from the head.</summary>
    public static MobileNetV2TrainerOptions Options(int blocks = 2) => new()
    {
        Weights = WeightsSource.From(Weights),
        FineTuneBlocks = blocks,
        FineTuning = FromTheHead,
    };

    public static MobileNetV2TrainerOptions With(this MobileNetV2TrainerOptions options, Func<FineTuneOptions, FineTuneOptions> change) =>
        options.With(its => its.FineTuning, change(options.FineTuning));

    public static TransformerChain<ITransformer> Fit(
        this MobileNetV2TrainerOptions options, MLContext mlContext, IDataView data) =>
        mlContext.MulticlassClassification.Trainers.MobileNetV2(options).Fit(data);

    /// <summary>Trains, and scores data.</summary>
    public static float[][] FitAndScore(
        this MobileNetV2TrainerOptions options, MLContext mlContext, IDataView data, IDataView? other = null)
    {
        using TransformerChain<ITransformer> model = options.Fit(mlContext, data);
        return model.Transform(other ?? data).Features("Score");
    }

    public static MobileNetV2Weights NetworkOf(IEnumerable<ITransformer> model) =>
        model.OfType<MobileNetV2FeaturizerTransformer>().Single().Weights;
}

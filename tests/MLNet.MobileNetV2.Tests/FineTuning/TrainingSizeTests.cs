using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>Training on views of another size than the network's, and the classifier that is solved anew at the end.</summary>
public sealed class TrainingSizeTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(10);

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Fit_OnViewsOfAnotherSize_GivesAModelThatTakesTheNetworksOwn(int blocks)
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.FineTuneBlocks, blocks < 0 ? FineTuneBlocks.All : blocks);
        IDataView data = _pictures.Keyed(_mlContext);
        using var same = options.Fit(_mlContext, data);

        using var larger = options.With(tuning => tuning with { TrainingSize = 48 }).Fit(_mlContext, data);

        Assert.Equal(TinyNetwork.Weights.Preprocessing, TinyNetwork.NetworkOf(larger).Preprocessing);
        Assert.NotEqual(LastKernel(same), LastKernel(larger));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(48)]
    public void Fit_OnViewsOfAnySize_ValidatesAsTheModelPredicts(int size)
    {
        var validations = new List<ValidationResult>();
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.ValidationSet, _pictures.Keyed(_mlContext))
            .With(its => its.Progress, Keep(validations))
            .With(tuning => tuning with { TrainingSize = size, RestoreBest = false });

        using var model = options.Fit(_mlContext, _pictures.Keyed(_mlContext));

        var metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(_pictures.Keyed(_mlContext)));
        Assert.Equal(metrics.LogLoss, validations[^1].Loss, 1e-4);
        Assert.Equal(metrics.MicroAccuracy, validations[^1].Accuracy!.Value, 1e-9);
    }

    [Fact]
    public void Fit_WithARefitClassifier_SolvesForItOnTheTrainedFeatures()
    {
        var validations = new List<ValidationResult>();
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.ValidationSet, data)
            .With(its => its.Progress, Keep(validations))
            .With(tuning => tuning with { RefitL2Regularization = 0.1f, TrainingSize = 48, LabelSmoothing = 0.2 });

        using var model = options.Fit(_mlContext, data);

        IDataView features = model.First().Transform(data);
        float[][] expected = _mlContext.MulticlassClassification.Trainers.MobileNetV2Head().Fit(features).Transform(features).Features(
            "Score");
        Assert.InRange(Photos.MaxDifference(expected, model.Transform(data).Features("Score")), 0, 1e-4);

        // The start, two epochs and the classifier solved anew.
        Assert.Equal(4, validations.Count);
        Assert.Equal(_mlContext.MulticlassClassification.Evaluate(model.Transform(data)).LogLoss, validations[^1].Loss, 1e-4);
        Assert.True(validations[^1].Loss < validations[^2].Loss);
    }

    private static float[] LastKernel(IEnumerable<ITransformer> model) =>
        TinyNetwork.NetworkOf(model).Tensors[$"{TinyNetwork.Weights.Architecture.LastConvolution.Name}.weight"].Values.ToArray();

    private static DirectProgress<FineTuneProgress> Keep(List<ValidationResult> validations) => new(state =>
    {
        if (state.Validation is { } validation)
        {
            validations.Add(validation);
        }
    });
}

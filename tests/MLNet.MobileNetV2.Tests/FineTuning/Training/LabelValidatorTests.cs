using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class LabelValidatorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    [InlineData(-1, 0)]
    public void Validate_IsLogLossAndAccuracyOfTheOutputs(int blocks, int workers)
    {
        using var training = new TinyTraining(photos: 9, classes: 3);
        FineTuneOptions options = TinyTraining.Plain with { LabelSmoothing = 0.5, Augmentation = ImageAugmentation.Strong };
        using TrainingPipeline setup = training.SetUp(options, blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks));
        InputSource source = setup.EvaluationSource(training.Photos);
        float[] parameters = new float[setup.Engine.Tensors.TotalLength];
        setup.Engine.ReadInitial(parameters);
        float[] inputs = new float[9 * source.InputLength];
        float[] logits = new float[9 * 3];
        for (int photo = 0; photo < 9; photo++)
        {
            Assert.True(source.TryRead(photo, 0, inputs.AsSpan(photo * source.InputLength, source.InputLength)));
        }

        setup.Engine.Evaluate(parameters, inputs, logits, Token);
        var validator = new LabelValidator(setup.Engine, source, training.Photos.Labels, workers);

        ValidationResult found = validator.Validate(parameters, [], Token);

        (double loss, int correct) = (0, 0);
        foreach ((int photo, float[] row) in logits.Chunk(3).Index())
        {
            int label = training.Photos.Labels[photo];
            loss -= Math.Log(Math.Exp(row[label]) / row.Sum(logit => Math.Exp(logit)));
            correct += Array.IndexOf(row, row.Max()) == label ? 1 : 0;
        }

        Assert.Equal(loss / 9, found.Loss, 1e-9);
        Assert.Equal(correct / 9.0, found.Accuracy);
        Assert.Equal(found, validator.Validate(parameters, [], Token));
    }

    [Fact]
    public void Validate_Cancelled_Throws()
    {
        using var training = new TinyTraining();
        using TrainingPipeline setup = training.SetUp(TinyTraining.Plain, FineTuneBlocks.HeadOnly);
        var validator = new LabelValidator(setup.Engine, setup.EvaluationSource(training.Photos), training.Photos.Labels, 1);
        float[] parameters = new float[setup.Engine.Tensors.TotalLength];

        Assert.ThrowsAny<OperationCanceledException>(() => validator.Validate(parameters, [], new CancellationToken(true)));
    }
}

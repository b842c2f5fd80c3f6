using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>Networks and batches of random values to time steps with.</summary>
internal static class StepCase
{
    private const int Classes = 10;

    /// <summary>A network for pictures of a side.</summary>
    public static MobileNetV2Weights Weights(int side)
    {
        MobileNetV2Weights weights = new WeightsStore().Load(WeightsSource.Embedded).Weights.ResetClassifier(Classes);
        return weights.WithPreprocessing(weights.Preprocessing with { Size = side });
    }

    /// <summary>An engine with what a step takes.</summary>
    public static (GradientEngine Engine, GradientBatch Batch, float[] Parameters, float[] Gradient) Engine(
        MobileNetV2Weights weights, GradientOptions options, int batchSize)
    {
        var engine = new GradientEngine(weights, options);
        float[] parameters = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(parameters);
        return (engine, Batch(new TrainedPart(weights, options.Blocks), batchSize), parameters, new float[parameters.Length]);
    }

    private static GradientBatch Batch(TrainedPart part, int batchSize)
    {
        var random = new Random(1);
        float[] inputs = new float[batchSize * part.Layout.InputLength];
        float most = part.TrainsStem ? 255 : 1;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = random.NextSingle() * most;
        }

        float[] targets = new float[batchSize * part.OutputCount];
        for (int sample = 0; sample < batchSize; sample++)
        {
            targets[(sample * part.OutputCount) + (sample % part.OutputCount)] = 1;
        }

        return new GradientBatch { Count = batchSize, Inputs = inputs, Targets = targets };
    }
}

using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

/// <summary>Whole trainings of three steps against plain loops in double with gradients by finite differences.</summary>
[Trait("Category", "Slow")]
public sealed class NaiveStepsTests
{
    private const int Steps = 3;
    private const double Allowed = 1e-4;

    // The seeds are such that no value comes near a kink of ReLU6 in any step.
    [Theory]
    [InlineData(OptimizerKind.Sgd, -1, 0, 2, 2)]
    [InlineData(OptimizerKind.Sgd, 1, 0, 3, 179)]
    [InlineData(OptimizerKind.Sgd, -1, 1, 3, 8)]
    [InlineData(OptimizerKind.AdamW, -1, 0, 2, 55)]
    [InlineData(OptimizerKind.AdamW, 1, 0, 3, 137)]
    [InlineData(OptimizerKind.AdamW, 3, 1, 3, 106)]
    public void Run_ThreeSteps_IsTheNaiveTraining(OptimizerKind kind, int blocks, int headEpochs, int classes, int seed)
    {
        FineTuneBlocks trained = blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks);
        using var training = new TinyTraining(photos: 4, classes, seed);
        FineTuneOptions options = Options(kind, headEpochs);
        using TrainingPipeline setup = training.SetUp(options, trained, [0.5f, 1, 1.5f, 0.75f]);
        TrainedTensor[] tensors = [.. setup.Engine.Tensors];
        var losses = new List<double>();
        var progress = new DirectProgress<FineTuneProgress>(report =>
        {
            if (report.Step > 0)
            {
                losses.Add(report.Loss!.Value);
            }
        });

        TrainedParameters outcome = new FineTuner(options, setup.Engine, setup.Loader, validator: null, progress)
            .Run(training.Checkpoint(options), TestContext.Current.CancellationToken);

        var naive = new NaiveTrainer(training.Weights, trained);
        var optimizer = new NaiveOptimizer(options, tensors);
        Dictionary<string, double[]> start = tensors.ToDictionary(tensor => tensor.Name, tensor => naive.Tensors[tensor.Name].ToArray());
        bool wasClipped = false;
        BatchBuffers batch = setup.Loader.CreateBatch();
        for (int step = 0; step < Steps; step++)
        {
            setup.Loader.Fill(batch, step, 0, TestContext.Current.CancellationToken);
            (double loss, Dictionary<string, double[]> gradient) = naive.Run(batch, tensors.Select(tensor => tensor.Name));
            Assert.True(naive.KinkDistance > 5e-5, $"A value is {naive.KinkDistance} from a kink in step {step}.");
            Assert.Equal(loss, losses[step], Allowed * loss);
            wasClipped |= optimizer.Step(step, naive.Tensors, gradient);
        }

        Assert.Equal(Steps, losses.Count);
        Assert.True(wasClipped);
        foreach (TrainedTensor tensor in tensors)
        {
            double[] expected = naive.Tensors[tensor.Name];
            float[] found = tensor.In(outcome.Values.AsSpan()).ToArray();
            double moved = expected.Zip(start[tensor.Name], (a, b) => Math.Abs(a - b)).Max();
            Assert.True(moved > 1e-5, $"{tensor.Name} has moved by {moved} only.");
            double error = expected.Zip(found, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(error < Allowed * Math.Max(moved, 0.02), $"{tensor.Name} is {error} off, having moved by {moved}.");
        }
    }
    private static FineTuneOptions Options(OptimizerKind kind, int headEpochs) => TinyTraining.Plain with
    {
        Optimizer = kind,
        LearningRate = kind == OptimizerKind.Sgd ? 0.01 : 5e-4,
        HeadLearningRate = kind == OptimizerKind.Sgd ? 0.03 : 2e-3,
        LayerDecay = 0.8,
        WeightDecay = 0.1f,
        Epsilon = 1e-5f,
        WarmUpEpochs = 1,
        HeadEpochs = headEpochs,
        Dropout = 0.2,
        LabelSmoothing = 0.1,
        ClipGradient = 0.5,
        ThreadCount = 2,
    };
}

using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

public class GradientEngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, BatchNormTraining.Frozen)]
    [InlineData(3, BatchNormTraining.Frozen)]
    [InlineData(-1, BatchNormTraining.Frozen)]
    [InlineData(3, BatchNormTraining.BatchStatistics)]
    [InlineData(-1, BatchNormTraining.BatchStatistics)]
    public void Run_AnyNumberOfWorkers_GivesTheSameBits(int blocks, BatchNormTraining batchNorm)
    {
        GradientOptions options = Options(blocks) with { BatchNorm = batchNorm };
        GradientCase test = GradientCase.Create(50, options, samples: 7);

        (GradientResult one, float[] first) = Run(test, options with { ThreadCount = 1 });
        (GradientResult two, float[] second) = Run(test, options with { ThreadCount = 2 });
        (GradientResult five, float[] third) = Run(test, options with { ThreadCount = 5 });

        Assert.Equal(one, two);
        Assert.Equal(one, five);
        Assert.Equal(first, second);
        Assert.Equal(first, third);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public void Run_AnyMicroBatch_GivesTheSameSums(int blocks)
    {
        GradientOptions options = Options(blocks);
        GradientCase test = GradientCase.Create(51, options, samples: 6);

        (GradientResult whole, float[] expected) = Run(test, options with { MicroBatch = 6 });
        foreach (int microBatch in (int[])[0, 1, 4, 9])
        {
            (GradientResult result, float[] actual) = Run(test, options with { MicroBatch = microBatch });
            Assert.Equal(whole.LossSum, result.LossSum, 1e-5 * whole.LossSum);
            Assert.Equal(whole.Correct, result.Correct);
            AssertClose(expected, actual);
        }
    }

    [Theory]
    [InlineData(0, BatchNormTraining.Frozen)]
    [InlineData(0, BatchNormTraining.ScaleAndShift)]
    [InlineData(0, BatchNormTraining.BatchStatistics)]
    [InlineData(1, BatchNormTraining.Frozen)]
    [InlineData(4, BatchNormTraining.Frozen)]
    [InlineData(4, BatchNormTraining.BatchStatistics)]
    [InlineData(99, BatchNormTraining.ScaleAndShift)]
    public void Run_DownToADepth_LeavesTheDeeperOnesAtZero(int depth, BatchNormTraining batchNorm)
    {
        GradientCase test = GradientCase.Create(54, Options(-1) with { BatchNorm = batchNorm }, samples: 5);
        (GradientResult whole, float[] expected) = Run(test, test.Options);
        using var engine = new GradientEngine(test.Weights, test.Options);
        float[] statistics = engine.Statistics.ToArray();
        float[] actual = new float[expected.Length];
        Array.Fill(actual, 3);

        GradientResult result = engine.Run(Initial(engine), test.Batch, actual, depth, Token);

        Assert.Equal(whole, result);
        Assert.Equal(batchNorm == BatchNormTraining.BatchStatistics, !engine.Statistics.SequenceEqual(statistics));
        foreach (TrainedTensor tensor in engine.Tensors)
        {
            float[] own = tensor.In(actual.AsSpan()).ToArray();
            Assert.Equal(tensor.Depth <= depth ? tensor.In(expected.AsSpan()).ToArray() : new float[own.Length], own);
        }
    }

    [Fact]
    public void Run_Twice_GivesTheSameBitsAndOverwrites()
    {
        GradientCase test = GradientCase.Create(52, Options(2), samples: 5);
        using var engine = new GradientEngine(test.Weights, test.Options);
        float[] parameters = Initial(engine);
        float[] first = new float[parameters.Length];
        float[] second = new float[parameters.Length];
        Array.Fill(second, 3);

        engine.Run(parameters, test.Batch, first, Token);
        engine.Run(
            parameters,
            test.Batch with
            {
                Count = 1,
                Inputs = test.Batch.Inputs[..engine.InputShape.Aggregate((a, b) => a * b)],
                Targets = test.Batch.Targets[..3],
                Weights = default,
                Dropout = default,
            },
            second,
            Token);
        engine.Run(parameters, test.Batch, second, Token);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Run_NoNormalizer_DividesByTheWeights()
    {
        GradientCase test = GradientCase.Create(53, Options(1), samples: 3);

        (_, float[] given) = Run(test, test.Options);
        (_, float[] summed) = Run(test, test.Options, test.Batch with { Normalizer = 0 });

        float factor = (float)(test.Batch.Normalizer / test.SampleWeights.Sum());
        AssertClose([.. given.Select(value => value * factor)], summed);
    }

    [Theory]
    [InlineData(0, BatchNormTraining.Frozen)]
    [InlineData(3, BatchNormTraining.Frozen)]
    [InlineData(9, BatchNormTraining.ScaleAndShift)]
    [InlineData(-1, BatchNormTraining.Frozen)]
    [InlineData(-1, BatchNormTraining.BatchStatistics)]
    public void Evaluate_InitialTensors_IsTheInferenceGraph(int blocks, BatchNormTraining batchNorm)
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            3, RandomWeights.Narrow(4), new ImagePreprocessing { Size = 32 }, BatchNormForm.Apart);
        using var engine = new GradientEngine(weights, Options(blocks) with { BatchNorm = batchNorm });
        float[] pixels = Draw(5, 3 * 32 * 32, 255);
        float[] inputs = pixels;
        if (engine.InputTap is { } tap)
        {
            using var trunk = new NetworkSession(weights, InferenceGraphOutputs.Features, tap, new(1));
            inputs = new float[5 * trunk.OutputLength];
            trunk.Run(pixels, 5, inputs);
        }

        using var whole = new NetworkSession(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1));
        float[] expected = new float[20];
        float[] actual = new float[20];
        whole.Run(pixels, 5, expected);

        engine.Evaluate(Initial(engine), inputs, actual, Token);

        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * scale));
    }

    [Theory]
    [InlineData(BatchNormTraining.Frozen, BatchNormForm.Folded)]
    [InlineData(BatchNormTraining.ScaleAndShift, BatchNormForm.Apart)]
    [InlineData(BatchNormTraining.BatchStatistics, BatchNormForm.Apart)]
    public void ToWeights_PutsTheTensorsBack(BatchNormTraining batchNorm, BatchNormForm form)
    {
        GradientCase test = GradientCase.Create(54, Options(2) with { BatchNorm = batchNorm }, samples: 2);
        using var engine = new GradientEngine(test.Weights, test.Options);
        float[] parameters = Initial(engine);
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] += 0.01f;
        }

        MobileNetV2Weights changed = engine.ToWeights(parameters);

        Assert.Equal(form, changed.BatchNorm);
        using var again = new GradientEngine(changed, test.Options);
        Assert.Equal(parameters, Initial(again));
        Assert.Equal(
            test.Weights.WithBatchNorm(
                form).Tensors["features.0.0.weight"].Values.ToArray(), changed.Tensors["features.0.0.weight"].Values.ToArray());
    }

    [Fact]
    public void Run_BatchStatistics_MovesTheRunningAveragesAsPyTorch()
    {
        GradientOptions options = Options(2) with { BatchNorm = BatchNormTraining.BatchStatistics };
        GradientCase test = GradientCase.Create(55, options, samples: 4, size: 64);
        using var engine = new GradientEngine(test.Weights, options);
        float[] parameters = Initial(engine);
        MobileNetV2Weights before = engine.ToWeights(parameters);

        engine.Run(parameters, test.Batch, new float[parameters.Length], Token);

        MobileNetV2Weights after = engine.ToWeights(parameters);
        NaiveTraining naive = test.Naive();
        test.NaiveLoss(naive);
        Assert.NotEmpty(naive.Statistics);
        foreach ((string name, (double[] mean, double[] variance)) in naive.Statistics)
        {
            ConvolutionLayer layer = test.Weights.Architecture.Convolutions().Single(layer => layer.Name == name);
            int side = new TrainedPart(test.Weights, options.Blocks).Layers.Single(trained => trained.Layer == layer).OutputSide;
            double count = 4.0 * side * side;
            Compare($"{layer.BatchNormName}.running_mean", mean, 1);
            Compare($"{layer.BatchNormName}.running_var", variance, count / (count - 1));
        }

        void Compare(string name, double[] batch, double factor)
        {
            float[] old = before.Tensors[name].Values.ToArray();
            float[] now = after.Tensors[name].Values.ToArray();
            for (int i = 0; i < batch.Length; i++)
            {
                Assert.Equal((0.9 * old[i]) + (0.1 * batch[i] * factor), now[i], 1e-4 * Math.Max(1, Math.Abs(now[i])));
            }
        }
    }

    [Fact]
    public void Run_Cancelled_LeavesTheGradient()
    {
        GradientCase test = GradientCase.Create(56, Options(1), samples: 2);
        using var engine = new GradientEngine(test.Weights, test.Options);
        float[] parameters = Initial(engine);
        float[] gradient = new float[parameters.Length];

        Assert.ThrowsAny<OperationCanceledException>(() => engine.Run(parameters, test.Batch, gradient, new CancellationToken(true)));
        Assert.All(gradient, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        GradientCase test = GradientCase.Create(57, Options(0), samples: 2);
        var engine = new GradientEngine(test.Weights, test.Options);
        float[] parameters = Initial(engine);
        engine.Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.Run(parameters, test.Batch, new float[parameters.Length], Token));
    }

    private static GradientOptions Options(int blocks) => new()
    {
        Blocks = blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks),
        MicroBatch = 2,
        ThreadCount = 2,
    };

    private static (GradientResult Result, float[] Gradient) Run(GradientCase test, GradientOptions options, GradientBatch? batch = null)
    {
        using var engine = new GradientEngine(test.Weights, options);
        float[] parameters = Initial(engine);
        float[] gradient = new float[parameters.Length];
        return (engine.Run(parameters, batch ?? test.Batch, gradient, Token), gradient);
    }

    private static float[] Initial(GradientEngine engine)
    {
        float[] parameters = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(parameters);
        return parameters;
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 0);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * scale));
    }

    private static float[] Draw(int seed, int count, float most)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 5 * count).Select(_ => (float)random.NextDouble() * most)];
    }
}

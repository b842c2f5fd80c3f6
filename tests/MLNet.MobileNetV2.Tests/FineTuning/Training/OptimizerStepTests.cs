using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class OptimizerStepTests : IDisposable
{
    private static readonly FineTuneOptions s_options = TinyTraining.Plain with { Optimizer = OptimizerKind.Sgd };

    private readonly TinyTraining _training = new();
    private readonly TrainingPipeline _setup;
    private readonly BatchBuffers _batch;

    public OptimizerStepTests()
    {
        _setup = _training.SetUp(s_options, FineTuneBlocks.Last(1), [2, 1, 1, 1, 1, 1]);
        _batch = _setup.Loader.CreateBatch();
        _setup.Loader.Fill(_batch, 0, 0, Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _setup.Dispose();
        _training.Dispose();
    }

    [Fact]
    public void Run_CountsAndGivesTheMeanLoss()
    {
        ResumableState state = ResumableState.Begin(_setup.Engine, s_options);
        float[] gradient = new float[state.Parameters.Length];
        double weight = _batch.Weights[..4].Sum();
        GradientResult expected = _setup.Engine.Run(state.Parameters, _batch.ForGradients(weight), gradient, Token);

        double loss = new OptimizerStep(_setup.Engine, s_options).Run(state, _batch, _ => 0.01f, Token);

        Assert.Equal(expected.LossSum / weight, loss);
        Assert.Equal(
            new() { Step = 1, Views = 4, Loss = expected.LossSum, Weight = weight, Correct = expected.Correct }, state.Counters);
    }

    [Fact]
    public void Run_RateOfZero_LeavesTheTensorAndItsMoments()
    {
        ResumableState state = ResumableState.Begin(_setup.Engine, s_options);
        float[] before = [.. state.Parameters];

        new OptimizerStep(_setup.Engine, s_options).Run(state, _batch, tensor => tensor.Depth == 0 ? 0.01f : 0, Token);

        foreach (TrainedTensor tensor in _setup.Engine.Tensors)
        {
            bool isSame = tensor.In(state.Parameters.AsSpan()).SequenceEqual(tensor.In(before.AsSpan()));
            Assert.Equal(tensor.Depth > 0, isSame);
            Assert.Equal(tensor.Depth > 0, !tensor.In(state.Optimizer.State["velocity"].AsSpan()).ContainsAnyExcept(0f));
        }
    }

    [Fact]
    public void Run_WeightDecay_IsOfKernelsAlone()
    {
        // Without a gradient worth the name, what moves is what decays.
        FineTuneOptions options = s_options with { WeightDecay = 0.5f, ClipGradient = 1e-30, Momentum = 0 };
        ResumableState state = ResumableState.Begin(_setup.Engine, options);
        float[] before = [.. state.Parameters];

        new OptimizerStep(_setup.Engine, options).Run(state, _batch, _ => 0.1f, Token);

        foreach (TrainedTensor tensor in _setup.Engine.Tensors)
        {
            float kept = tensor.Name == "classifier.1.bias" ? 1 : 0.95f;
            float[] old = tensor.In(before.AsSpan()).ToArray();
            Assert.All(
                old.Zip(tensor.In(state.Parameters.AsSpan()).ToArray()), pair => Assert.Equal(kept * pair.First, pair.Second, 1e-6f));
        }
    }

    [Theory]
    [InlineData(float.MaxValue)]
    [InlineData(float.NaN)]
    public void Run_LossNotFinite_ChangesNothing(float value)
    {
        ResumableState state = ResumableState.Begin(_setup.Engine, s_options);
        Array.Fill(state.Parameters, value);

        Assert.True(double.IsNaN(new OptimizerStep(_setup.Engine, s_options).Run(state, _batch, _ => 0.01f, Token)));

        Assert.All(state.Parameters, parameter => Assert.Equal(value, parameter));
        Assert.All(state.Optimizer.State["velocity"], velocity => Assert.Equal(0, velocity));
        Assert.Equal(new(), state.Counters);
    }

    [Fact]
    public void Run_Cancelled_ChangesNothing()
    {
        ResumableState state = ResumableState.Begin(_setup.Engine, s_options);
        float[] before = [.. state.Parameters];

        Assert.ThrowsAny<OperationCanceledException>(
            () => new OptimizerStep(_setup.Engine, s_options).Run(state, _batch, _ => 0.01f, new CancellationToken(true)));

        Assert.Equal(before, state.Parameters);
        Assert.Equal(new(), state.Counters);
    }
}

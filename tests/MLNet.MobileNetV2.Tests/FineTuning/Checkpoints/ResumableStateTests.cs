using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.Tests.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Checkpoints;

public sealed class ResumableStateTests
{
    [Fact]
    public void Begin_TakesTheEnginesTensorsAndStatistics()
    {
        using var training = new TinyTraining(form: BatchNormForm.Apart);
        using var engine = new GradientEngine(
            training.Weights, new GradientOptions { Blocks = FineTuneBlocks.Last(1), BatchNorm = BatchNormTraining.BatchStatistics });
        float[] initial = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(initial);

        ResumableState plain = ResumableState.Begin(engine, new() { WeightAverageDecay = 0 });
        ResumableState averaged = ResumableState.Begin(engine, new() { WeightAverageDecay = 0.9, Optimizer = OptimizerKind.Sgd });

        Assert.Equal(initial, plain.Parameters);
        Assert.Equal(engine.Statistics.ToArray(), plain.Statistics);
        Assert.NotEmpty(plain.Statistics);
        Assert.Null(plain.Average);
        Assert.Same(plain.Parameters, plain.ModelParameters);
        Assert.IsType<AdamWOptimizer>(plain.Optimizer);
        Assert.Equal(engine.Tensors.Count, plain.Optimizer.State["steps"].Length);
        Assert.Equal(initial, averaged.ModelParameters);
        Assert.NotSame(averaged.Parameters, averaged.ModelParameters);
        Assert.IsType<SgdOptimizer>(averaged.Optimizer);
        Assert.Equal((0, 0, -1), (plain.Counters.Epoch, plain.Counters.Step, plain.BestEpoch));
    }

    [Fact]
    public void Add_Validations_KeepsTheEarliestBestApartFromWhatFollows()
    {
        ResumableState state = Create();
        double[] accuracies = [0.5, 0.7, 0.7, 0.6, 0.8, 0.8];
        int[] best = [0, 1, 1, 1, 4, 4];
        for (int epoch = 0; epoch < accuracies.Length; epoch++)
        {
            state.Parameters[0] = epoch;
            state.Statistics[0] = 10 + epoch;

            state.Add(new(1, accuracies[epoch]));

            Assert.Equal(best[epoch], state.BestEpoch);
            Assert.Equal(best[epoch], state.BestParameters![0]);
            Assert.Equal(10 + best[epoch], state.BestStatistics![0]);
        }

        Assert.Equal(accuracies, state.Validations.Select(validation => validation.Accuracy!.Value));
    }

    [Fact]
    public void Add_EqualAccuracies_LetTheLossDecide()
    {
        ResumableState state = Create();

        foreach (double loss in (double[])[3, 2, 2.5, 2, 1])
        {
            state.Add(new(loss, 0.5));
        }

        Assert.Equal(4, state.BestEpoch);
    }

    [Fact]
    public void Add_WithAnAverage_KeepsTheAverage()
    {
        var state = new ResumableState([1, 2], new SgdOptimizer(2, 0), new WeightAverage([3, 4], 0.5), []);

        state.Add(new(1, null));

        Assert.Equal([3, 4], state.BestParameters!);
    }

    [Fact]
    public void AddToAverages_TakesParametersAndStatisticsInAlike()
    {
        var state = new ResumableState([0, 10], new SgdOptimizer(2, 0), new WeightAverage([0, 10], 0.5), [20]);
        (state.Parameters[0], state.Parameters[1], state.Statistics[0]) = (10, 20, 30);

        state.AddToAverages(step: 100);
        state.Add(new(1, null));

        Assert.Equal([5, 15], state.ModelParameters);
        Assert.Equal([25], state.ModelStatistics);
        Assert.Equal([25], state.BestStatistics!);
        Assert.Equal([30], state.Statistics);
    }

    [Fact]
    public void ModelStatistics_WithoutAnAverage_AreTheStatistics()
    {
        ResumableState state = Create();

        Assert.Null(state.StatisticsAverage);
        Assert.Same(state.Statistics, state.ModelStatistics);
    }

    [Fact]
    public void Counters_AddUpAndBeginAnew()
    {
        EpochCounters counters = new EpochCounters { Epoch = 2 }.After(4, 1.5, 3, 2).After(3, 0.5, 2, 1);

        Assert.Equal(new() { Epoch = 2, Step = 2, Views = 7, Loss = 2, Weight = 5, Correct = 3 }, counters);
        Assert.Equal(new() { Epoch = 3 }, counters.NextEpoch());
    }

    private static ResumableState Create() => new(new float[2], new SgdOptimizer(2, 0), average: null, new float[1]);
}

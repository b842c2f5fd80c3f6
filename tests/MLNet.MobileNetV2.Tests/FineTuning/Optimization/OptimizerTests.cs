using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class OptimizerTests
{
    private static readonly TrainedTensor[] s_tensors =
    [
        new("kernel", [2, 2, 1, 1], 0, 4, HasWeightDecay: true, Depth: 1), new("shift", [1], 4, 1, HasWeightDecay: false, Depth: 1),
    ];

    [Fact]
    public void Create_MakesTheKindThatIsAskedFor()
    {
        Optimizer sgd = Optimizer.Create(new FineTuneOptions { Optimizer = OptimizerKind.Sgd, Momentum = 0.5f }, s_tensors);
        Optimizer adam = Optimizer.Create(new FineTuneOptions { Beta1 = 0.5f, Beta2 = 0.75f, Epsilon = 1 }, s_tensors);
        Optimizer muon = Optimizer.Create(new FineTuneOptions { Optimizer = OptimizerKind.Muon }, s_tensors);
        float[] bySgd = [0];
        float[] byAdam = [0];

        sgd.Step(0, 0, bySgd, [2], 1, 0);
        adam.Step(0, 0, byAdam, [2], 1, 0);

        // One step from 0 with a gradient of 2: 2 + 0.5 x 2, and 2 / (2 + 1).
        Assert.IsType<SgdOptimizer>(sgd);
        Assert.Equal(-3, bySgd[0], 1e-6);
        Assert.IsType<AdamWOptimizer>(adam);
        Assert.Equal(-2.0 / 3, byAdam[0], 1e-6);
        Assert.IsType<MuonOptimizer>(muon);
        Assert.Equal([1, 0, 0, 0, 0], adam.State["first_moment"]);
        Assert.Equal([1, 0, 0, 0, 0], adam.State["second_moment"]);
        Assert.Equal([1, 0], adam.State["steps"]);
    }
}

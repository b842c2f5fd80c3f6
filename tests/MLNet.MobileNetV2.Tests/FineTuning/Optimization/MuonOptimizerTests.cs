using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class MuonOptimizerTests
{
    private const int Rows = 3;
    private const int Columns = 5;

    private static readonly TrainedTensor[] s_tensors =
    [
        new("matrix", [Rows, Columns, 1, 1], 0, Rows * Columns, HasWeightDecay: true, Depth: 1),
        new("depthwise", [4, 1, 3, 3], 15, 36, HasWeightDecay: true, Depth: 1),
        new("shift", [4], 51, 4, HasWeightDecay: false, Depth: 1),
        new("classifier", [2, 3], 55, 6, HasWeightDecay: true, Depth: 0),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Step_OfAMatrix_MovesEveryDirectionAboutAsFar(int seed)
    {
        MuonOptimizer optimizer = Create();
        float[] gradient = Draw(Rows * Columns, seed);

        // One direction has a gradient a hundred times as small as the others.
        for (int column = 0; column < Columns; column++)
        {
            gradient[column] *= 0.01f;
        }

        float[] weights = new float[gradient.Length];
        optimizer.Step(0, 0, weights, gradient, rate: 0.1f, weightDecay: 0);

        // Of 0.1 x 0.2 x the root of 5, each singular value is about 1: so is each row's length, as the rows are about orthogonal.
        double typical = 0.1 * 0.2 * Math.Sqrt(Columns);
        for (int row = 0; row < Rows; row++)
        {
            double length = Math.Sqrt(weights.Skip(row * Columns).Take(Columns).Sum(value => (double)value * value));
            Assert.InRange(length / typical, 0.5, 1.3);
        }

        Assert.True(weights.Zip(gradient, (weight, slope) => weight * slope).Sum() < 0);
    }

    [Fact]
    public void Step_OfATallMatrix_IsTheOtherOneTurned()
    {
        float[] wide = Draw(Rows * Columns, 2);
        float[] tall = Turned(wide);
        float[] byWide = new float[wide.Length];
        float[] byTall = new float[wide.Length];
        var optimizer = new MuonOptimizer([new("tall", [Columns, Rows, 1, 1], 0, wide.Length, true, 1)], Adam());

        Create().Step(0, 0, byWide, wide, 0.1f, 0);
        optimizer.Step(0, 0, byTall, tall, 0.1f, 0);

        Assert.Equal(Turned(byWide), byTall, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Step_WithWeightDecay_ShrinksTheWeightsByRateTimesDecay()
    {
        float[] weights = Draw(Rows * Columns, 3);
        float[] start = [.. weights];

        Create().Step(0, 0, weights, new float[weights.Length], rate: 0.5f, weightDecay: 0.1f);

        Assert.Equal(start.Select(value => value * 0.95f), weights, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Step_OfSeveral_KeepsTheMomentum()
    {
        MuonOptimizer optimizer = Create();
        float[] weights = new float[Rows * Columns];
        float[] gradient = Draw(weights.Length, 4);

        optimizer.Step(0, 0, weights, gradient, 0.1f, 0);
        optimizer.Step(0, 0, weights, gradient, 0.1f, 0);

        Assert.Equal(
            gradient.Select(value => 1.95f * value),
            optimizer.State["first_moment"].Take(weights.Length),
            (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Step_OfWhatIsNo1x1Kernel_IsAdamWs(int range)
    {
        TrainedTensor tensor = s_tensors[range];
        float[] gradient = Draw(tensor.Length, 5);
        float[] byMuon = Draw(tensor.Length, 6);
        float[] byAdam = [.. byMuon];

        Create().Step(range, tensor.Offset, byMuon, gradient, 0.1f, 0.01f);
        Adam().Step(range, tensor.Offset, byAdam, gradient, 0.1f, 0.01f);

        Assert.Equal(byAdam, byMuon);
    }

    private static MuonOptimizer Create() => new(s_tensors, Adam());

    private static AdamWOptimizer Adam() => new(length: 61, s_tensors.Length, beta1: 0.9f, beta2: 0.999f, epsilon: 1e-8f);

    private static float[] Turned(float[] wide) =>
        [.. Enumerable.Range(0, wide.Length).Select(i => wide[(i % Rows * Columns) + (i / Rows)])];

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}

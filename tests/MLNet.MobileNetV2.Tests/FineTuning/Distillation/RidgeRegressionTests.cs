using MLNet.MobileNetV2.FineTuning.Distillation;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class RidgeRegressionTests
{
    private const int Inputs = 6;
    private const int Outputs = 3;
    private const int Rows = 400;

    private readonly Random _random = new(1);

    [Fact]
    public void Solve_OfALinearMap_FindsIt()
    {
        float[] kernel = Draw(Outputs * Inputs);
        float[] bias = Draw(Outputs);
        float[] x = Draw(Rows * Inputs);
        float[] y = Apply(kernel, bias, x);

        (float[] foundKernel, float[] foundBias) = new RidgeRegression(Inputs, Outputs).Solve(
            x, y, Enumerable.Repeat(true, Rows).ToArray(), workers: 2, TestContext.Current.CancellationToken);

        // The penalty shrinks the kernel by about a thousandth.
        Assert.Equal(kernel, foundKernel, (a, b) => Math.Abs(a - b) < 5e-3);
        Assert.Equal(bias, foundBias, (a, b) => Math.Abs(a - b) < 5e-3);
    }

    [Fact]
    public void Solve_WithRowsThatDoNotCount_IgnoresThem()
    {
        float[] x = Draw(Rows * Inputs);
        float[] y = Apply(Draw(Outputs * Inputs), Draw(Outputs), x);
        bool[] isUsed = [.. Enumerable.Range(0, Rows).Select(row => row % 5 != 0)];
        float[] spoilt = [.. y.Select((value, i) => isUsed[i / Outputs] ? value : 1000f)];
        var ridge = new RidgeRegression(Inputs, Outputs);

        (float[] kernel, float[] bias) = ridge.Solve(x, spoilt, isUsed, workers: 2, TestContext.Current.CancellationToken);

        Assert.Equal(ridge.Solve(x, y, isUsed, workers: 2, TestContext.Current.CancellationToken).Kernel, kernel);
        Assert.All(bias, value => Assert.InRange(value, -10, 10));
    }

    [Fact]
    public void Solve_WithInputsThatNeverVary_IsFinite()
    {
        float[] x = new float[Rows * Inputs];
        float[] y = Draw(Rows * Outputs);

        (float[] kernel, float[] bias) = new RidgeRegression(Inputs, Outputs).Solve(
            x, y, Enumerable.Repeat(true, Rows).ToArray(), workers: 1, TestContext.Current.CancellationToken);

        Assert.All(kernel, value => Assert.Equal(0, value));
        Assert.Equal(y.Where((_, i) => i % Outputs == 0).Average(), bias[0], 1e-4);
    }

    [Fact]
    public void Solve_OnAnyNumberOfThreads_GivesTheSameBits()
    {
        float[] x = Draw(Rows * Inputs);
        float[] y = Draw(Rows * Outputs);
        bool[] all = [.. Enumerable.Repeat(true, Rows)];
        var ridge = new RidgeRegression(Inputs, Outputs);

        (float[] one, _) = ridge.Solve(x, y, all, workers: 1, TestContext.Current.CancellationToken);
        (float[] four, _) = ridge.Solve(x, y, all, workers: 4, TestContext.Current.CancellationToken);

        Assert.Equal(one, four);
    }

    private static float[] Apply(float[] kernel, float[] bias, float[] x) =>
    [
        .. x.Chunk(Inputs).SelectMany(row => Enumerable.Range(0, Outputs)
            .Select(output => bias[output] + row.Select((value, i) => value * kernel[(output * Inputs) + i]).Sum())),
    ];

    private float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (_random.NextSingle() * 2) - 1)];
}

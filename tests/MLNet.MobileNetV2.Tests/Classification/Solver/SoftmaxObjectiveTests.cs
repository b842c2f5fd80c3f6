using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Classification.Solver;

public sealed class SoftmaxObjectiveTests
{
    private const double L2 = 0.7;

    [Property(MaxTest = 40)]
    public void Evaluate_AtRandomWeights_IsTheNaiveObjective(PositiveInt seed)
    {
        Problem problem = Problem.Random(seed.Get);

        double value = problem.Objective.Evaluate(problem.Flat(problem.Weights), new float[problem.Objective.Length]);

        Assert.Equal(problem.Naive(problem.Weights), value, problem.Naive(problem.Weights) * 1e-5);
    }

    [Property(MaxTest = 40)]
    public void Evaluate_AtRandomWeights_GivesTheGradientOfCentralDifferences(PositiveInt seed)
    {
        Problem problem = Problem.Random(seed.Get);
        var gradient = new float[problem.Objective.Length];

        problem.Objective.Evaluate(problem.Flat(problem.Weights), gradient);

        double scale = gradient.Max(Math.Abs);
        const double Step = 1e-5;
        for (int c = 0; c < problem.Data.ClassCount; c++)
        {
            for (int j = 0; j <= problem.Data.Columns; j++)
            {
                double[][] above = problem.Moved(c, j, Step), below = problem.Moved(c, j, -Step);
                double expected = (problem.Naive(above) - problem.Naive(below)) / (2 * Step);
                Assert.Equal(expected, gradient[(c * problem.Width) + j], scale * 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Evaluate_LeavesThePaddingOfTheGradientAtZero(int classes)
    {
        Problem problem = Problem.Of(LabeledFeatures.Random(1, 50, 5, classes), new Random(1));
        var gradient = new float[problem.Objective.Length];

        problem.Objective.Evaluate(problem.Flat(problem.Weights), gradient);

        for (int i = 0; i < gradient.Length; i++)
        {
            bool used = i / problem.Width < classes && i % problem.Width <= problem.Data.Columns;
            Assert.True(used || gradient[i] == 0, $"index {i}");
        }
    }

    [Fact]
    public void Evaluate_WithHugeMargins_StaysFinite()
    {
        Problem problem = Problem.Of(LabeledFeatures.Random(2, 40, 3, 3), new Random(2));
        float[] huge = [.. problem.Flat(problem.Weights).Select(weight => weight * 1e6f)];
        var gradient = new float[problem.Objective.Length];

        double value = problem.Objective.Evaluate(huge, gradient);

        Assert.True(double.IsFinite(value));
        Assert.All(gradient, slope => Assert.True(float.IsFinite(slope)));
    }

    /// <summary>An objective on features as they are, with the bias input 1.</summary>
    private sealed record Problem(LabeledFeatures Data, SoftmaxObjective Objective, int Width, double[][] Weights)
    {
        public static Problem Random(int seed)
        {
            var random = new Random(seed);
            int classes = random.Next(2, 11);
            return Of(LabeledFeatures.Random(seed, random.Next(classes, 150), random.Next(1, 40), classes), random);
        }

        public static Problem Of(LabeledFeatures data, Random random)
        {
            FeatureBlocks blocks = data.ToBlocks();
            for (int i = 0; i < blocks.RowCount; i++)
            {
                blocks.Row(i)[data.Columns] = 1;
            }

            var penalty = new float[blocks.Width];
            Array.Fill(penalty, (float)L2, 0, data.Columns);
            var objective = new SoftmaxObjective(
                blocks, data.Labels, weights: null, data.ClassCount, penalty, new ParallelLoop(2, CancellationToken.None));
            double[][] weights = [.. Enumerable.Range(0, data.ClassCount).Select(_ =>
                Enumerable.Range(0, data.Columns + 1).Select(_ => (double)(random.NextSingle() - 0.5f)).ToArray())];
            return new Problem(data, objective, blocks.Width, weights);
        }

        public double Naive(double[][] weights) => NaiveSoftmax.Objective(Data.Rows, Data.Labels, weights, (float)L2);

        public double[][] Moved(int c, int j, double step)
        {
            double[][] moved = [.. Weights.Select(row => row.ToArray())];
            moved[c][j] += step;
            return moved;
        }

        public float[] Flat(double[][] weights)
        {
            var flat = new float[Objective.Length];
            for (int c = 0; c < weights.Length; c++)
            {
                for (int j = 0; j < weights[c].Length; j++)
                {
                    flat[(c * Width) + j] = (float)weights[c][j];
                }
            }

            return flat;
        }
    }
}

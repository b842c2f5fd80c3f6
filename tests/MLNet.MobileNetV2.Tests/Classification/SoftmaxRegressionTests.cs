using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Tests.Classification.Solver;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class SoftmaxRegressionTests
{
    private static readonly MobileNetV2HeadOptions s_options = new() { L2Regularization = 1 };

    [Property(MaxTest = 25)]
    public void Fit_OnRandomRows_GivesTheProbabilitiesOfThePlainSolver(PositiveInt seed)
    {
        var random = new Random(seed.Get);
        int classes = random.Next(2, 5);
        float l2 = (float)Math.Pow(10, random.Next(-1, 2));
        LabeledFeatures data = LabeledFeatures.Random(seed.Get, random.Next(classes, 60), random.Next(1, 7), classes);
        double[][] expected = NaiveSoftmax.Minimize(data.Rows, data.Labels, classes, l2);

        SoftmaxWeights model = data.Fit(
            s_options.With(its => its.L2Regularization, l2).With(its => its.OptimizationTolerance, 1e-6f)).Model;

        double best = NaiveSoftmax.Objective(data.Rows, data.Labels, expected, l2);
        Assert.InRange(data.Objective(model, l2), best * (1 - 1e-6), best * (1 + 1e-6));
        double[][] weights = AsDouble(model);
        foreach (float[] row in data.Rows)
        {
            Assert.Equal(
                NaiveSoftmax.Probabilities(row, expected),
                NaiveSoftmax.Probabilities(row, weights),
                (left, right) => Math.Abs(left - right) < 2e-3);
        }
    }

    [Theory]
    [InlineData(5, 1280, 2, 1000)]
    [InlineData(700, 200, 5, 1000)]
    [InlineData(260, 1280, 220, 3)]
    public void Fit_OnAnyNumberOfThreads_GivesTheSameBits(int rows, int columns, int classes, int iterations)
    {
        LabeledFeatures data = LabeledFeatures.Random(3, rows, columns, classes, 0.3);

        SoftmaxWeights one = data.Fit(s_options.With(its => its.ThreadCount, 1).With(its => its.MaximumIterations, iterations)).Model;

        foreach (int threads in (int[])[2, 3, 8])
        {
            SoftmaxWeights many = data.Fit(
                s_options.With(its => its.ThreadCount, threads).With(its => its.MaximumIterations, iterations)).Model;
            Assert.Equal(one.Biases, many.Biases);
            Assert.Equal(one.Weights, many.Weights);
        }
    }

    [Property(MaxTest = 15)]
    public void Fit_OnReorderedRows_ChangesNothingButRounding(PositiveInt seed)
    {
        LabeledFeatures data = LabeledFeatures.Random(seed.Get, 120, 20, 3, 0.5);
        int[] order = [.. Enumerable.Range(0, 120)];
        new Random(seed.Get).Shuffle(order);
        var options = s_options.With(its => its.OptimizationTolerance, 1e-6f);

        SoftmaxWeights straight = data.Fit(options).Model;
        SoftmaxWeights reordered = data.Reordered(order).Fit(options).Model;

        Assert.Equal(data.Objective(straight, 1), data.Objective(reordered, 1), 1e-4);
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(straight.Weights[c], reordered.Weights[c], (left, right) => Math.Abs(left - right) < 1e-3);
        }
    }

    [Fact]
    public void Fit_OnMoreFeaturesThanRows_ReachesTheMinimum()
    {
        LabeledFeatures data = LabeledFeatures.Random(5, 12, 30, 2);
        double best = NaiveSoftmax.Objective(data.Rows, data.Labels, NaiveSoftmax.Minimize(data.Rows, data.Labels, 2, 1), 1);

        SoftmaxWeights model = data.Fit(s_options).Model;

        Assert.Equal(best, data.Objective(model, 1), best * 1e-5);
    }

    [Fact]
    public void Fit_OnSeparableRowsWithoutPenalty_EndsWithFiniteWeightsThatSeparateThem()
    {
        LabeledFeatures data = LabeledFeatures.Random(6, 60, 200, 4, 3);

        (SoftmaxWeights model, HeadTrainingProgress end) = data.Fit(s_options.With(its => its.L2Regularization, 0));

        Assert.True(end.GradientNorm <= 1e-5);
        Assert.All(model.Weights, weights => Assert.All(weights, weight => Assert.True(float.IsFinite(weight))));
        Assert.Equal(data.Labels, Predictions(data, model));
    }

    [Fact]
    public void Fit_OnFeaturesOfVeryDifferentScales_ReachesTheMinimum()
    {
        LabeledFeatures data = LabeledFeatures.Random(7, 80, 4, 3);
        float[] scales = [1e-3f, 1, 1e3f, 1e5f];
        data = data with
        {
            Rows = [.. data.Rows.Select(row => (float[])[.. row.Select((value, j) => (value * scales[j]) + (10 * scales[j]))])],
        };
        double best = NaiveSoftmax.Objective(data.Rows, data.Labels, NaiveSoftmax.Minimize(data.Rows, data.Labels, 3, 1), 1);

        SoftmaxWeights model = data.Fit(s_options).Model;

        Assert.InRange(data.Objective(model, 1), best * (1 - 1e-4), best * (1 + 1e-3));
    }

    [Fact]
    public void Fit_OnAConstantFeature_GivesItNoWeight()
    {
        LabeledFeatures data = LabeledFeatures.Random(8, 50, 3, 2);
        data = data with { Rows = [.. data.Rows.Select(row => (float[])[.. row, 0.1f])] };

        SoftmaxWeights model = data.Fit(s_options).Model;

        Assert.All(model.Weights, weights => Assert.Equal(0, weights[3]));
    }

    [Fact]
    public void Fit_OnConstantFeaturesOnly_GivesTheClassFrequencies()
    {
        var data = new LabeledFeatures([.. Enumerable.Repeat((float[])[2, 3], 8)], [0, 0, 0, 0, 0, 0, 1, 1], 2);

        SoftmaxWeights model = data.Fit(s_options).Model;

        Assert.Equal(0.75, NaiveSoftmax.Probabilities([2, 3], AsDouble(model))[0], 1e-6);
    }

    [Fact]
    public void Fit_WithAClassWithoutRows_KeepsItsProbabilityNearZeroAndTheOthersAsWithoutIt()
    {
        LabeledFeatures data = LabeledFeatures.Random(9, 60, 5, 3);
        LabeledFeatures wider = data with { Labels = [.. data.Labels.Select(label => label == 2 ? 3 : label)], ClassCount = 5 };
        var options = s_options.With(its => its.L2Regularization, 0.1f);

        SoftmaxWeights narrow = data.Fit(options).Model;
        SoftmaxWeights wide = wider.Fit(options).Model;

        Assert.Equal(narrow.Weights, (float[][])[wide.Weights[0], wide.Weights[1], wide.Weights[3]]);
        Assert.Equal(narrow.Biases, (float[])[wide.Biases[0], wide.Biases[1], wide.Biases[3]]);
        foreach (float[] row in (float[][])[.. data.Rows, [100, 0, 0, 0, 0], [-100, -100, 50, 0, 3]])
        {
            double[] probabilities = NaiveSoftmax.Probabilities(row, AsDouble(wide));
            Assert.InRange(probabilities[2], 0, 3e-9);
            Assert.InRange(probabilities[4], 0, 3e-9);
        }
    }

    [Fact]
    public void Fit_WithMoreRegularization_GivesSmallerWeights()
    {
        LabeledFeatures data = LabeledFeatures.Random(10, 100, 10, 3);
        double[] norms =
            [
                .. ((float[])[0.1f, 1, 10]).Select(
                    l2 => data.Fit(s_options.With(its => its.L2Regularization, l2)).Model.Weights.Sum(row => row.Sum(w => w * w))),
            ];

        Assert.True(norms[0] > norms[1] && norms[1] > norms[2]);
    }

    [Fact]
    public void Fit_WithALooserTolerance_EndsEarlier()
    {
        LabeledFeatures data = LabeledFeatures.Random(11, 200, 40, 4, 0.5);

        HeadTrainingProgress loose = data.Fit(s_options.With(its => its.OptimizationTolerance, 0.1f)).End;
        HeadTrainingProgress tight = data.Fit(s_options.With(its => its.OptimizationTolerance, 1e-5f)).End;

        Assert.True(loose.GradientNorm <= 0.1 && tight.GradientNorm <= 1e-5);
        Assert.True(loose.Iteration < tight.Iteration);
        Assert.True(loose.Loss > tight.Loss);
    }

    [Fact]
    public void Fit_WithAToleranceBelowFloatPrecision_EndsAtTheMinimum()
    {
        LabeledFeatures data = LabeledFeatures.Random(12, 100, 20, 3, 0.5);

        (SoftmaxWeights model, HeadTrainingProgress end) = data.Fit(
            s_options.With(its => its.OptimizationTolerance, 1e-30f).With(its => its.MaximumIterations, int.MaxValue));

        double best = data.Objective(data.Fit(s_options.With(its => its.OptimizationTolerance, 1e-6f)).Model, 1);
        Assert.Equal(best, data.Objective(model, 1), best * 1e-5);
        Assert.InRange(end.Iteration, 1, 2000);
    }

    [Fact]
    public void Fit_WithFewIterations_StopsThere()
    {
        HeadTrainingProgress end = LabeledFeatures.Random(13, 200, 40, 4, 0.5).Fit(s_options.With(its => its.MaximumIterations, 3)).End;

        Assert.Equal(3, end.Iteration);
    }

    [Fact]
    public void Fit_WithProgress_ReportsEveryIterationWithALossThatFalls()
    {
        LabeledFeatures data = LabeledFeatures.Random(14, 200, 40, 4, 0.5);
        var reports = new Reports();

        (SoftmaxWeights model, HeadTrainingProgress end) = data.Fit(s_options.With(its => its.Progress, reports));

        Assert.Equal(Enumerable.Range(0, reports.Count), reports.Select(report => report.Iteration));
        Assert.Equal(end, reports[^1]);
        Assert.Equal(1, reports[0].GradientNorm);
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.Second.Loss <= pair.First.Loss * (1 + 1e-6)));
        Assert.True(end.Loss < 0.9 * reports[0].Loss);
        Assert.Equal(data.Objective(model, 1) / 200, end.Loss, 1e-5);
    }

    [Fact]
    public void Fit_WhenCancelledInTraining_Throws()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports(report =>
        {
            if (report.Iteration == 2)
            {
                source.Cancel();
            }
        });
        var options = s_options.With(its => its.Progress, reports).With(its => its.CancellationToken, source.Token);

        Assert.ThrowsAny<OperationCanceledException>(() => LabeledFeatures.Random(15, 400, 300, 4, 0.3).Fit(options));
        Assert.Equal(2, reports[^1].Iteration);
    }

    private static double[][] AsDouble(SoftmaxWeights model) =>
        [.. model.Weights.Select((weights, c) => (double[])[.. weights.Select(weight => (double)weight), model.Biases[c]])];

    private static int[] Predictions(LabeledFeatures data, SoftmaxWeights model)
    {
        double[][] weights = AsDouble(model);
        return
        [
            .. data.Rows.Select(
                row => Array.IndexOf(NaiveSoftmax.Probabilities(row, weights), NaiveSoftmax.Probabilities(row, weights).Max())),
        ];
    }

    private sealed class Reports(Action<HeadTrainingProgress>? action = null) : List<HeadTrainingProgress>, IProgress<HeadTrainingProgress>
    {
        public void Report(HeadTrainingProgress value)
        {
            Add(value);
            action?.Invoke(value);
        }
    }
}

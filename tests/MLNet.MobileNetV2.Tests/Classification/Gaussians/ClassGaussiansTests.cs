using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Classification.Gaussians;

/// <summary>Normal distributions of classes, their scores, and that more rows change them as if all had been there at once.</summary>
public sealed class ClassGaussiansTests
{
    private const int Features = 12;

    private static readonly ParallelLoop s_loop = new(0, default);

    [Fact]
    public void Scores_AreTheDistancesOfTheShrunkCovariance()
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(90, 3, Features, seed: 1);
        ClassGaussians gaussians = ClassGaussians.Fit(rows, labels, 3, s_loop);
        double[][] inverse = Inverse(Covariance(gaussians));

        foreach (float[] row in rows.Take(10))
        {
            (double distance, float[] scores) = GaussianScores.Of(gaussians).Of(row);
            for (int c = 0; c < 3; c++)
            {
                double[] difference = [.. row.Zip(gaussians.Means[c]!, (value, mean) => (double)value - mean)];
                double expected = Enumerable.Range(0, Features)
                    .Sum(i => Enumerable.Range(0, Features).Sum(j => difference[i] * inverse[i][j] * difference[j]));
                Assert.Equal(expected, distance - (2 * scores[c]), 1e-2 + (1e-4 * expected));
            }
        }
    }

    [Fact]
    public void Covariance_OfAllDirections_IsThatOfTheRows()
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(60, 2, Features, seed: 2);
        SharedCovariance covariance = ClassGaussians.Fit(rows, labels, 2, s_loop).Covariance;
        double squares = rows.Zip(labels, (row, label) => Difference(row, Mean(rows, labels, label)).Sum(value => value * value)).Sum();

        Assert.Equal(58, covariance.Freedom);
        Assert.Equal(squares, covariance.SumsOfSquares.Sum() + covariance.Rest, 1e-3 * squares);
    }

    [Fact]
    public void With_MoreRows_IsAsIfAllHadBeenThereAtOnce()
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(120, 4, Features, seed: 3);
        int[] first = [.. Enumerable.Range(0, 120).Where(row => labels[row] != 3 && row % 2 == 0)];
        int[] then = [.. Enumerable.Range(0, 120).Except(first)];

        ClassGaussians grown = ClassGaussians
            .Fit([.. first.Select(row => rows[row])], [.. first.Select(row => labels[row])], 4, s_loop)
            .With([.. then.Select(row => rows[row])], [.. then.Select(row => labels[row])], s_loop);
        ClassGaussians atOnce = ClassGaussians.Fit(rows, labels, 4, s_loop);

        Assert.Equal(atOnce.Counts, grown.Counts);
        Assert.Equal(atOnce.Covariance.Freedom, grown.Covariance.Freedom);
        (GaussianScores all, GaussianScores parts) = (GaussianScores.Of(atOnce), GaussianScores.Of(grown));
        foreach (float[] row in rows)
        {
            Assert.Equal(all.Of(row).Scores.Select(score => (double)score), parts.Of(row).Scores.Select(score => (double)score), Near);
        }
    }

    [Fact]
    public void Classifier_OfSeparateClasses_NamesOtherRows()
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(150, 3, Features, seed: 4, apart: 8);
        (float[][] others, int[] truths) = GaussianRows.Of(150, 3, Features, seed: 5, apart: 8);

        SoftmaxWeights classifier = GaussianScores.Of(ClassGaussians.Fit(rows, labels, 3, s_loop)).Classifier([50, 50, 50], 1);

        int right = others.Zip(truths).Count(pair => Array.IndexOf(
            classifier.Logits(pair.First), classifier.Logits(pair.First).Max()) == pair.Second);
        Assert.InRange(right, 145, 150);
    }

    [Fact]
    public void Classifier_WithCounts_LeansTowardsFrequentClasses()
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(40, 2, Features, seed: 6);
        var scores = GaussianScores.Of(ClassGaussians.Fit(rows, labels, 2, s_loop));

        float[] even = scores.Classifier(null, 2).Logits(rows[0]);
        float[] uneven = scores.Classifier([30, 10], 2).Logits(rows[0]);

        Assert.Equal(Math.Log(3), uneven[0] - uneven[1] - (even[0] - even[1]), 1e-3);
    }

    [Fact]
    public void Classifier_OfAClassWithoutRows_NeverNamesIt()
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(40, 2, Features, seed: 7);

        SoftmaxWeights classifier = GaussianScores.Of(ClassGaussians.Fit(rows, labels, 3, s_loop)).Classifier([20, 20, 0], 1);

        Assert.All(rows, row => Assert.Equal(2, Array.IndexOf(classifier.Logits(row), classifier.Logits(row).Min())));
    }

    [Fact]
    public void Fit_RowsThatAreAllTheSame_HasFiniteScores()
    {
        float[][] rows = [.. Enumerable.Range(0, 6).Select(row => new float[] { row % 2, 1, 1 })];

        (double distance, float[] scores) = GaussianScores.Of(ClassGaussians.Fit(rows, [0, 1, 0, 1, 0, 1], 2, s_loop)).Of([1, 2, 1]);

        Assert.True(double.IsFinite(distance));
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) <= 0.1 + (1e-2 * Math.Abs(expected));

    private static double[] Mean(float[][] rows, int[] labels, int label) =>
    [
        .. Enumerable.Range(0, Features).Select(i => rows.Where((_, row) => labels[row] == label).Average(row => (double)row[i])),
    ];

    private static IEnumerable<double> Difference(float[] row, double[] mean) => row.Zip(mean, (value, own) => value - own);

    private static double[][] Covariance(ClassGaussians gaussians)
    {
        (double[] along, double other) = gaussians.Covariance.Variances(Features);
        double[][] covariance = [.. Enumerable.Range(0, Features).Select(i =>
        {
            double[] row = new double[Features];
            row[i] = other;
            return row;
        })];
        foreach ((float[] direction, double variance) in gaussians.Covariance.Directions.Zip(along))
        {
            for (int i = 0; i < Features; i++)
            {
                for (int j = 0; j < Features; j++)
                {
                    covariance[i][j] += (variance - other) * direction[i] * direction[j];
                }
            }
        }

        return covariance;
    }

    private static double[][] Inverse(double[][] matrix)
    {
        (double[] values, double[][] vectors) = SymmetricEigen.Of(matrix);
        return
        [
            .. Enumerable.Range(0, values.Length).Select(i => Enumerable.Range(0, values.Length)
                .Select(j => Enumerable.Range(0, values.Length).Sum(k => vectors[k][i] * vectors[k][j] / values[k])).ToArray()),
        ];
    }
}

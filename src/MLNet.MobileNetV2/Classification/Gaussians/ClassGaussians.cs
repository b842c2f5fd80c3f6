using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Gaussians;

/// <summary>The features of each class as a normal distribution: a mean for each class, and a covariance that they share.</summary>
/// <param name="Means">The mean of each class; null for a class without rows.</param>
/// <param name="Counts">Number of rows of each class.</param>
/// <param name="Covariance">How rows differ from the mean of their class.</param>
internal sealed record ClassGaussians(float[]?[] Means, long[] Counts, SharedCovariance Covariance)
{
    // Of more rows, some say enough about how rows differ.
    private const int MaxRows = 20_000;

    /// <summary>Number of features.</summary>
    public int Features => Means.First(mean => mean is not null)!.Length;

    /// <summary>Fits the distributions to rows.</summary>
    /// <param name="rows">At least one row, all finite.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="loop">The threads.</param>
    public static ClassGaussians Fit(IReadOnlyList<float[]> rows, IReadOnlyList<int> labels, int classCount, ParallelLoop loop) =>
        new ClassGaussians(new float[classCount][], new long[classCount], new([], [], 0, 0)).With(rows, labels, loop);

    /// <summary>The distributions with more rows; those that they were fitted to are not needed.</summary>
    public ClassGaussians With(IReadOnlyList<float[]> rows, IReadOnlyList<int> labels, ParallelLoop loop)
    {
        long[] counts = new long[Counts.Length];
        float[]?[] own = MeansOf(rows, labels, counts);
        float[]?[] means = new float[Counts.Length][];
        var differences = new List<float[]>();
        double before = Math.Max(0, Counts.Sum() - Counts.Count(count => count > 0));
        double freedom = rows.Count;
        for (int c = 0; c < means.Length; c++)
        {
            if (own[c] is not { } added || Means[c] is not { } known)
            {
                means[c] = own[c] ?? Means[c];
                freedom -= own[c] is null ? 0 : 1;
                continue;
            }

            // Two means of one class differ too.
            double all = Counts[c] + counts[c];
            float[] shift = new float[added.Length];
            TensorPrimitives.Subtract(added, known, shift);
            means[c] = new float[added.Length];
            TensorPrimitives.MultiplyAdd(shift, (float)(counts[c] / all), known, means[c]);
            TensorPrimitives.Multiply(shift, (float)Math.Sqrt(Counts[c] * counts[c] / all), shift);
            differences.Add(shift);
        }

        differences.AddRange(Covariance.Directions.Select((direction, index) => Scaled(direction, Covariance.SumsOfSquares[index])));
        int step = 1 + ((rows.Count - 1) / MaxRows);
        double weight = Math.Sqrt((double)rows.Count / ((rows.Count + step - 1) / step));
        for (int row = 0; row < rows.Count; row += step)
        {
            float[] difference = new float[rows[row].Length];
            TensorPrimitives.Subtract(rows[row], own[labels[row]], difference);
            TensorPrimitives.Multiply(difference, (float)weight, difference);
            differences.Add(difference);
        }

        return new(
            means,
            [.. Counts.Zip(counts, (old, added) => old + added)],
            SharedCovariance.Of(differences, Covariance.Rest, before + freedom, loop));
    }

    private static float[]?[] MeansOf(IReadOnlyList<float[]> rows, IReadOnlyList<int> labels, long[] counts)
    {
        float[]?[] means = new float[counts.Length][];
        double[]?[] sums = new double[counts.Length][];
        for (int row = 0; row < rows.Count; row++)
        {
            counts[labels[row]]++;
            double[] sum = sums[labels[row]] ??= new double[rows[row].Length];
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += rows[row][i];
            }
        }

        for (int c = 0; c < counts.Length; c++)
        {
            means[c] = sums[c] is { } sum ? Array.ConvertAll(sum, value => (float)(value / counts[c])) : null;
        }

        return means;
    }

    private static float[] Scaled(float[] direction, double sumOfSquares)
    {
        float[] scaled = new float[direction.Length];
        TensorPrimitives.Multiply(direction, (float)Math.Sqrt(sumOfSquares), scaled);
        return scaled;
    }
}

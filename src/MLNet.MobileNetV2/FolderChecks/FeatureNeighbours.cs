using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Which photos have features like which others, by cosine. Every pair is looked at.</summary>
internal static class FeatureNeighbours
{
    /// <summary>Neighbours that an outlier has none near of.</summary>
    public const int Nearest = 5;

    /// <summary>Scales rows to length 1.</summary>
    public static float[][] Normalized(IEnumerable<float[]> rows) =>
    [
        .. rows.Select(row =>
        {
            float length = TensorPrimitives.Norm<float>(row);
            var scaled = new float[row.Length];
            if (length > 0)
            {
                TensorPrimitives.Divide(row, length, scaled);
            }

            return scaled;
        }),
    ];

    /// <summary>Looks at every pair.</summary>
    /// <param name="rows">Rows of length 1.</param>
    /// <param name="least">Least cosine of a pair that is given.</param>
    /// <param name="cancellationToken">Looked at between rows.</param>
    /// <returns>For each row the later ones that are as near, and the mean distance to the nearest rows.</returns>
    public static (IReadOnlyList<int>[] Pairs, double[] Distances) Of(float[][] rows, float least, CancellationToken cancellationToken)
    {
        var pairs = new IReadOnlyList<int>[rows.Length];
        double[] distances = new double[rows.Length];
        new ParallelLoop(0, cancellationToken).For(rows.Length, row =>
        {
            var near = new List<int>();
            var nearest = new PriorityQueue<int, float>();
            for (int other = 0; other < rows.Length; other++)
            {
                if (other == row)
                {
                    continue;
                }

                float cosine = TensorPrimitives.Dot<float>(rows[row], rows[other]);
                if (other > row && cosine >= least)
                {
                    near.Add(other);
                }

                if (nearest.Count < Nearest)
                {
                    nearest.Enqueue(other, cosine);
                }
                else
                {
                    nearest.EnqueueDequeue(other, cosine);
                }
            }

            pairs[row] = near;
            distances[row] = nearest.Count == 0 ? 0 : nearest.UnorderedItems.Average(item => 1.0 - item.Priority);
        });
        return (pairs, distances);
    }
}

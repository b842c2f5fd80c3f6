using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>A photo with features like those of another.</summary>
/// <param name="Index">Which photo.</param>
/// <param name="Cosine">The cosine of the angle between their features.</param>
internal readonly record struct Neighbour(int Index, float Cosine);

/// <summary>Which photos have features like which others, by cosine. Every pair is looked at.</summary>
/// <param name="Pairs">For each photo the later ones that are near.</param>
/// <param name="Nearest">For each photo the nearest others of the folder, the nearest first.</param>
internal sealed record FeatureNeighbours(IReadOnlyList<int>[] Pairs, Neighbour[][] Nearest)
{
    private const int Kept = 10;

    /// <summary>Looks at every pair.</summary>
    /// <param name="features">The features of each photo.</param>
    /// <param name="folderCount">How many of the photos, the first ones, are of the folder.</param>
    /// <param name="least">Least cosine of a pair that is near.</param>
    /// <param name="cancellationToken">Looked at between photos.</param>
    public static FeatureNeighbours Of(
        IEnumerable<float[]> features, int folderCount, float least, CancellationToken cancellationToken)
    {
        float[][] rows = [.. features.Select(Normalized)];
        var pairs = new IReadOnlyList<int>[rows.Length];
        var nearest = new Neighbour[rows.Length][];
        new ParallelLoop(0, cancellationToken).For(rows.Length, row =>
        {
            var near = new List<int>();
            var kept = new PriorityQueue<Neighbour, float>();
            for (int other = 0; other < rows.Length; other++)
            {
                float cosine = TensorPrimitives.Dot<float>(rows[row], rows[other]);
                if (other > row && cosine >= least)
                {
                    near.Add(other);
                }

                if (other != row && other < folderCount)
                {
                    Keep(kept, new(other, cosine));
                }
            }

            pairs[row] = near;
            nearest[row] = [.. kept.UnorderedItems.Select(item => item.Element).OrderByDescending(one => one.Cosine)];
        });
        return new(pairs, nearest);
    }

    private static void Keep(PriorityQueue<Neighbour, float> kept, Neighbour neighbour)
    {
        if (kept.Count < Kept)
        {
            kept.Enqueue(neighbour, neighbour.Cosine);
        }
        else
        {
            kept.EnqueueDequeue(neighbour, neighbour.Cosine);
        }
    }

    private static float[] Normalized(float[] row)
    {
        float length = TensorPrimitives.Norm<float>(row);
        var scaled = new float[row.Length];
        if (length > 0)
        {
            TensorPrimitives.Divide(row, length, scaled);
        }

        return scaled;
    }
}

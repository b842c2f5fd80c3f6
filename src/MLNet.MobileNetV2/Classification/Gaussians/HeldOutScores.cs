using System.Numerics.Tensors;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Gaussians;

/// <summary>What rows score with distributions that were fitted without them.</summary>
/// <param name="Distances">The squared distance of each row from the centre.</param>
/// <param name="Scores">The score of each class, of each row.</param>
/// <param name="Labels">The class of each row.</param>
internal sealed record HeldOutScores(IReadOnlyList<double> Distances, IReadOnlyList<float[]> Scores, IReadOnlyList<int> Labels)
{
    /// <summary>What scores are divided by where nothing can be told: those of distributions are far too sure.</summary>
    public const double UntestedTemperature = 20;

    /// <summary>Fits to four fifths of the rows at a time, and scores the others; of many rows, one fifth alone.</summary>
    public static HeldOutScores Of(IReadOnlyList<float[]> rows, IReadOnlyList<int> labels, int classCount, ParallelLoop loop)
    {
        var distances = new List<double>();
        var scores = new List<float[]>();
        var truths = new List<int>();
        foreach ((int[] tested, int[] others) in HeldOutRows.InTurn(labels))
        {
            var fitted = GaussianScores.Of(ClassGaussians.Fit(
                [.. others.Select(row => rows[row])], [.. others.Select(row => labels[row])], classCount, loop));
            foreach (int row in tested)
            {
                (double distance, float[] own) = fitted.Of(rows[row]);
                distances.Add(distance);
                scores.Add(own);
                truths.Add(labels[row]);
            }
        }

        return new(distances, scores, truths);
    }

    /// <summary>Number of rows.</summary>
    public int Count => Labels.Count;

    /// <summary>The greatest score of each row.</summary>
    public double[] Best => [.. Scores.Select(own => (double)TensorPrimitives.Max<float>(own))];
}

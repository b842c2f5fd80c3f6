using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>
/// The change of variables under which the objective is well conditioned: features are centred and scaled, the bias becomes the weight
/// of a constant input, and the penalty of each weight changes with its scale. The minimum is the same, whatever shift and scale are.
/// </summary>
internal sealed class FeatureScaling
{
    // Curvature in training relative to that of equal probabilities: it falls as the classes come apart. Measured to need the fewest
    // iterations on features of MobileNetV2's kind.
    private const double RelativeCurvature = 0.1;

    // A column whose squares sum to less than this is constant as far as float can tell.
    private const double NoVariance = 1e-60;

    private const int Shares = 16;

    private readonly double[] _shift;
    private readonly double[] _scale;

    private FeatureScaling(double[] shift, double[] scale, float biasInput, float[] penalty)
    {
        _shift = shift;
        _scale = scale;
        BiasInput = biasInput;
        Penalty = penalty;
    }

    /// <summary>The constant that follows each row's features.</summary>
    public float BiasInput { get; }

    /// <summary>Factor of half the square of each weight; 0 for the bias and the padding.</summary>
    public float[] Penalty { get; }

    /// <summary>Scales a matrix in place.</summary>
    /// <param name="features">At least one row.</param>
    /// <param name="classCount">Number of classes, at least 2.</param>
    /// <param name="l2">Penalty of the weights of the features as they are.</param>
    /// <param name="loop">Runs the passes over the rows.</param>
    public static FeatureScaling Apply(FeatureBlocks features, int classCount, float l2, ParallelLoop loop)
    {
        (double[] shift, double[] squares) = Statistics(features, loop);
        double curvature = RelativeCurvature * (1 - (1.0 / classCount)) / classCount;
        var scale = new double[features.Width];
        var penalty = new float[features.Width];
        for (int j = 0; j < features.Columns; j++)
        {
            scale[j] = squares[j] < NoVariance ? 0 : 1 / Math.Sqrt((curvature * squares[j]) + l2);
            penalty[j] = (float)(l2 * scale[j] * scale[j]);
        }

        var scaling = new FeatureScaling(shift, scale, (float)(1 / Math.Sqrt(curvature * features.RowCount)), penalty);
        scaling.Transform(features, loop);
        return scaling;
    }

    /// <summary>Turns weights of the scaled features into weights of the features as they were.</summary>
    /// <returns>The bias.</returns>
    public double Unscale(ReadOnlySpan<float> scaled, Span<float> weights)
    {
        double bias = (double)scaled[weights.Length] * BiasInput;
        for (int j = 0; j < weights.Length; j++)
        {
            weights[j] = (float)(scaled[j] * _scale[j]);
            bias -= weights[j] * _shift[j];
        }

        return bias;
    }

    private static (double[] Mean, double[] Squares) Statistics(FeatureBlocks features, ParallelLoop loop)
    {
        double[] origin = Array.ConvertAll(features.Row(0).ToArray(), value => (double)value);
        var sums = new double[Shares][];
        var squares = new double[Shares][];
        loop.For(Shares, (long)features.RowCount * features.Width, share =>
        {
            sums[share] = new double[features.Width];
            squares[share] = new double[features.Width];
            for (int i = FirstRow(features, share); i < FirstRow(features, share + 1); i++)
            {
                // Distances from the first row: exact zeros for a constant column, and no cancellation in the squares.
                VectorKernels.AddMoments(features.Row(i), origin, sums[share], squares[share]);
            }
        });
        var mean = new double[features.Width];
        var total = new double[features.Width];
        for (int j = 0; j < mean.Length; j++)
        {
            double sum = 0, square = 0;
            for (int share = 0; share < Shares; share++)
            {
                sum += sums[share][j];
                square += squares[share][j];
            }

            double distance = sum / features.RowCount;
            mean[j] = origin[j] + distance;
            total[j] = Math.Max(0, square - (distance * sum));
        }

        return (mean, total);
    }

    private void Transform(FeatureBlocks features, ParallelLoop loop) =>
        loop.For(Shares, (long)features.RowCount * features.Width, share =>
        {
            for (int i = FirstRow(features, share); i < FirstRow(features, share + 1); i++)
            {
                Span<float> row = features.Row(i);
                VectorKernels.ShiftAndScale(row, _shift, _scale);
                row[features.Columns] = BiasInput;
            }
        });

    private static int FirstRow(FeatureBlocks features, int share) => (int)((long)features.RowCount * share / Shares);
}

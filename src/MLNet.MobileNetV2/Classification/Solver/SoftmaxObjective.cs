using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>
/// The objective and its gradient: the sum over the rows of the log-loss plus half the penalised squares. Rows are read once; the sums
/// of fixed shares of the rows are added in order, so the result does not depend on the number of threads.
/// </summary>
/// <remarks>
/// Weights and gradient hold a row of <see cref="FeatureBlocks.Width"/> floats a class, and one more row if the number of classes is odd.
/// Not for use by several threads at once.
/// </remarks>
internal sealed class SoftmaxObjective
{
    // Each share has a gradient of its own: many for many cores, few where one is large.
    private const int MaximumShares = 32;
    private const long MaximumSharedFloats = 1 << 24;

    private readonly FeatureBlocks _features;
    private readonly int[] _labels;
    private readonly float[]? _weights;
    private readonly int _classes;
    private readonly int _paddedClasses;
    private readonly int _scoreStride;
    private readonly float[] _penalty;
    private readonly float _smoothing;
    private readonly ParallelLoop _loop;
    private readonly Share[] _shares;
    private readonly double[] _penalties;

    /// <summary>Keeps the matrix; nothing is copied.</summary>
    /// <param name="features">At least one row; the bias input follows the features.</param>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <param name="weights">Weight of each row's loss; null if all weigh 1.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="penalty">Factor of half the square of each weight of a class.</param>
    /// <param name="loop">Runs the passes over the rows.</param>
    /// <param name="smoothing">Share of the target that all classes get alike.</param>
    public SoftmaxObjective(
        FeatureBlocks features,
        int[] labels,
        float[]? weights,
        int classes,
        float[] penalty,
        ParallelLoop loop,
        float smoothing = 0)
    {
        _features = features;
        _labels = labels;
        _weights = weights;
        _classes = classes;
        _paddedClasses = classes + (classes % 2);
        _scoreStride = SoftmaxResiduals.Stride(_paddedClasses);
        _penalty = penalty;
        _smoothing = smoothing;
        _loop = loop;
        Length = checked(_paddedClasses * features.Width);
        int shares = (int)Math.Clamp(MaximumSharedFloats / Length, 4, MaximumShares);
        _shares = new Share[Math.Min(shares, features.BlockCount)];
        for (int i = 0; i < _shares.Length; i++)
        {
            _shares[i] = new Share(new float[Length], new float[FeatureBlocks.BlockRows * _scoreStride]);
        }

        _penalties = new double[classes];
    }

    /// <summary>Number of floats of the weights and the gradient.</summary>
    public int Length { get; }

    /// <summary>The objective, and its gradient in <paramref name="gradient"/>.</summary>
    public double Evaluate(float[] weights, float[] gradient)
    {
        long operations = 2L * _features.RowCount * Length;
        _loop.For(_shares.Length, operations, share => EvaluateShare(share, weights));
        _loop.For(_classes, (long)_shares.Length * Length, c => AddUp(c, weights, gradient));
        double penalty = 0;
        foreach (double value in _penalties)
        {
            penalty += value;
        }

        double loss = 0;
        foreach (Share share in _shares)
        {
            loss += share.Loss;
        }

        return loss + (penalty / 2);
    }

    private void EvaluateShare(int index, float[] weights)
    {
        Share share = _shares[index];
        Array.Clear(share.Gradient);
        share.Loss = 0;
        int end = _features.FirstBlockOf(index + 1, _shares.Length);
        for (int block = _features.FirstBlockOf(index, _shares.Length); block < end; block++)
        {
            float[] rows = _features.Block(block);
            int count = _features.RowsIn(block);
            ReadOnlySpan<int> labels = _labels.AsSpan(block * FeatureBlocks.BlockRows, count);
            ScoreKernel.Multiply(rows, count, _features.Width, weights, _paddedClasses, share.Scores, _scoreStride);
            ReadOnlySpan<float> rowWeights = _weights is null ? [] : _weights.AsSpan(block * FeatureBlocks.BlockRows, count);
            share.Loss += SoftmaxResiduals.Replace(share.Scores, _classes, labels, rowWeights, _smoothing);
            GradientKernel.Accumulate(rows, count, _features.Width, share.Scores, _scoreStride, _paddedClasses, share.Gradient);
        }
    }

    private void AddUp(int c, float[] weights, float[] gradient)
    {
        int width = _features.Width;
        ReadOnlySpan<float> classWeights = weights.AsSpan(c * width, width);
        Span<float> classGradient = gradient.AsSpan(c * width, width);
        VectorKernels.Multiply(_penalty, classWeights, classGradient);
        _penalties[c] = VectorKernels.Dot(classGradient, classWeights);
        foreach (Share share in _shares)
        {
            VectorKernels.AddScaled(share.Gradient.AsSpan(c * width, width), 1, classGradient, classGradient);
        }
    }

    private sealed class Share(float[] gradient, float[] scores)
    {
        public float[] Gradient { get; } = gradient;

        public float[] Scores { get; } = scores;

        public double Loss { get; set; }
    }
}

using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>Sums over long vectors, cut into fixed chunks that are added in order. Not for use by several threads at once.</summary>
internal sealed class VectorMath(ParallelLoop loop)
{
    private const int Chunk = 1 << 14;

    private double[] _partialSums = [];

    /// <summary>The inner product.</summary>
    public double Dot(float[] left, float[] right)
    {
        int chunks = Chunks(left.Length);
        if (_partialSums.Length < chunks)
        {
            _partialSums = new double[chunks];
        }

        double[] sums = _partialSums;
        loop.For(chunks, left.Length, i =>
        {
            Range range = RangeOf(i, left.Length);
            sums[i] = VectorKernels.Dot(left.AsSpan(range), right.AsSpan(range));
        });
        double sum = 0;
        foreach (double part in sums.AsSpan(0, chunks))
        {
            sum += part;
        }

        return sum;
    }

    /// <summary>result = scale * vector + addend; the result may be the addend.</summary>
    public void AddScaled(float[] vector, double scale, float[] addend, float[] result) =>
        loop.For(Chunks(vector.Length), vector.Length, i =>
        {
            Range range = RangeOf(i, vector.Length);
            VectorKernels.AddScaled(vector.AsSpan(range), (float)scale, addend.AsSpan(range), result.AsSpan(range));
        });

    /// <summary>vector = scale * vector.</summary>
    public void Scale(float[] vector, double scale) => loop.For(Chunks(vector.Length), vector.Length, i =>
        VectorKernels.Scale(vector.AsSpan(RangeOf(i, vector.Length)), (float)scale));

    private static int Chunks(int length) => (length + Chunk - 1) / Chunk;

    private static Range RangeOf(int chunk, int length) => (chunk * Chunk)..Math.Min(length, (chunk + 1) * Chunk);
}

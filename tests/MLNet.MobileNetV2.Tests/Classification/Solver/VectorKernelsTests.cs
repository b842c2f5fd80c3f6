using System.Numerics;
using MLNet.MobileNetV2.Classification.Solver;

namespace MLNet.MobileNetV2.Tests.Classification.Solver;

public sealed class VectorKernelsTests
{
    public static TheoryData<int> Lengths =>
        [Vector<float>.Count, 2 * Vector<float>.Count, 3 * Vector<float>.Count, 40 * Vector<float>.Count];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Kernels_OnWholeVectors_AreTheirPlainLoops(int length)
    {
        float[] left = Values(length, 1), right = Values(length, 2), result = new float[length];

        Assert.Equal(left.Zip(right, (a, b) => (double)a * b).Sum(), VectorKernels.Dot(left, right), 1e-4);
        VectorKernels.AddScaled(left, 0.5f, right, result);
        Assert.Equal(left.Zip(right, (a, b) => (a * 0.5f) + b), result, Near);
        VectorKernels.Multiply(left, right, result);
        Assert.Equal(left.Zip(right, (a, b) => a * b), result);
        VectorKernels.Scale(result, 3);
        Assert.Equal(left.Zip(right, (a, b) => a * b * 3), result, Near);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Moments_AddDistancesAndTheirSquares(int length)
    {
        float[] row = Values(length, 3);
        double[] origin = [.. Values(length, 4)], sums = [.. Enumerable.Repeat(1.0, length)], squares = [.. Enumerable.Repeat(2.0, length)];

        VectorKernels.AddMoments(row, origin, sums, squares);

        Assert.Equal(row.Zip(origin, (value, zero) => 1 + (value - zero)), sums);
        Assert.Equal(row.Zip(origin, (value, zero) => 2 + ((value - zero) * (value - zero))), squares);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ShiftAndScale_ComputesInDouble(int length)
    {
        float[] row = Values(length, 5);
        double[] shift = [.. Values(length, 6).Select(value => 1e-9 * value)], scale = [.. Values(length, 7)];
        float[] expected = [.. row.Select((value, j) => (float)((value - shift[j]) * scale[j]))];

        VectorKernels.ShiftAndScale(row, shift, scale);

        Assert.Equal(expected, row);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void AllFinite_FindsTheOneThatIsNot(float value)
    {
        float[] row = Values(5 * Vector<float>.Count, 8);
        row[0] = float.MaxValue;
        Assert.True(VectorKernels.AllFinite(row));

        for (int i = 0; i < row.Length; i++)
        {
            float[] damaged = [.. row];
            damaged[i] = value;
            Assert.False(VectorKernels.AllFinite(damaged), $"index {i}");
        }
    }

    [Fact]
    public void Kernels_OnOtherLengths_Throw()
    {
        float[] odd =
            new float[Vector<float>.Count + 1], whole = new float[2 * Vector<float>.Count], shorter = new float[Vector<float>.Count];

        Assert.Throws<ArgumentException>(() => VectorKernels.Dot(odd, odd));
        Assert.Throws<ArgumentException>(() => VectorKernels.Dot(whole, shorter));
        Assert.Throws<ArgumentException>(() => VectorKernels.AddScaled(whole, 1, whole, shorter));
        Assert.Throws<ArgumentException>(() => VectorKernels.Multiply(whole, shorter, whole));
        Assert.Throws<ArgumentException>(() => VectorKernels.Scale(odd, 1));
    }

    private static float[] Values(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static bool Near(float left, float right) => Math.Abs(left - right) < 1e-6;
}

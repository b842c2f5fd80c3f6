using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Numerics;

/// <summary>
/// Sums whose order depends on the number of values alone. <c>TensorPrimitives</c>' order depends on where an array lies in memory too, so
/// two runs of one training would differ by rounding.
/// </summary>
internal static class FixedOrderSums
{
    // A float sum over more values would lose digits.
    private const int Block = 4096;

    /// <summary>The sum of values.</summary>
    public static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (; values.Length > Block; values = values[Block..])
        {
            sum += Of(values[..Block]);
        }

        return sum + Of(values);
    }

    /// <summary>The sum of squares.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (; values.Length > Block; values = values[Block..])
        {
            sum += Dot<float>(values[..Block], values[..Block]);
        }

        return sum + Dot(values, values);
    }

    /// <summary>The sum of products of as many values each.</summary>
    public static T Dot<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<Vector<T>> x = MemoryMarshal.Cast<T, Vector<T>>(left);
        ReadOnlySpan<Vector<T>> y = MemoryMarshal.Cast<T, Vector<T>>(right)[..x.Length];
        (Vector<T> first, Vector<T> second) = (Vector<T>.Zero, Vector<T>.Zero);
        int i = 0;
        for (; i + 1 < x.Length; i += 2)
        {
            first += x[i] * y[i];
            second += x[i + 1] * y[i + 1];
        }

        first = i < x.Length ? first + (x[i] * y[i]) : first;
        T sum = Vector.Sum(first + second);
        for (int rest = x.Length * Vector<T>.Count; rest < left.Length; rest++)
        {
            sum += left[rest] * right[rest];
        }

        return sum;
    }

    private static float Of(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> sums = Vector<float>.Zero;
        foreach (Vector<float> vector in x)
        {
            sums += vector;
        }

        float sum = Vector.Sum(sums);
        foreach (float value in values[(x.Length * Vector<float>.Count)..])
        {
            sum += value;
        }

        return sum;
    }
}

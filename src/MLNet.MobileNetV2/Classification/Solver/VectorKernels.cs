using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>Loops over padded vectors: their lengths are multiples of the vector size, so there are no remainders.</summary>
/// <remarks>
/// A head is trained in less time than the runtime takes to replace its first, slow code of a loop: these loops, unlike those of
/// <c>TensorPrimitives</c>, are compiled with full optimisation before their first call.
/// </remarks>
internal static class VectorKernels
{
    /// <summary>The inner product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        nuint length = Length(left, right.Length), size = (nuint)Vector<float>.Count;
        ref float l = ref MemoryMarshal.GetReference(left);
        ref float r = ref MemoryMarshal.GetReference(right);
        Vector<float> even = default, odd = default;
        nuint i = 0;
        for (; i + size < length; i += 2 * size)
        {
            even = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref l, i), Vector.LoadUnsafe(ref r, i), even);
            odd = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref l, i + size), Vector.LoadUnsafe(ref r, i + size), odd);
        }

        if (i < length)
        {
            even = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref l, i), Vector.LoadUnsafe(ref r, i), even);
        }

        return Vector.Sum(even + odd);
    }

    /// <summary>result = scale * vector + addend; the result may be one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(ReadOnlySpan<float> vector, float scale, ReadOnlySpan<float> addend, Span<float> result)
    {
        nuint length = Length(vector, Math.Min(addend.Length, result.Length));
        ref float v = ref MemoryMarshal.GetReference(vector);
        ref float a = ref MemoryMarshal.GetReference(addend);
        ref float target = ref MemoryMarshal.GetReference(result);
        var factor = new Vector<float>(scale);
        for (nuint i = 0; i < length; i += (nuint)Vector<float>.Count)
        {
            Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref v, i), factor, Vector.LoadUnsafe(ref a, i)).StoreUnsafe(ref target, i);
        }
    }

    /// <summary>vector = scale * vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(Span<float> vector, float scale)
    {
        nuint length = Length(vector, vector.Length);
        ref float v = ref MemoryMarshal.GetReference(vector);
        var factor = new Vector<float>(scale);
        for (nuint i = 0; i < length; i += (nuint)Vector<float>.Count)
        {
            (Vector.LoadUnsafe(ref v, i) * factor).StoreUnsafe(ref v, i);
        }
    }

    /// <summary>result = left * right, element by element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
    {
        nuint length = Length(left, Math.Min(right.Length, result.Length));
        ref float l = ref MemoryMarshal.GetReference(left);
        ref float r = ref MemoryMarshal.GetReference(right);
        ref float target = ref MemoryMarshal.GetReference(result);
        for (nuint i = 0; i < length; i += (nuint)Vector<float>.Count)
        {
            (Vector.LoadUnsafe(ref l, i) * Vector.LoadUnsafe(ref r, i)).StoreUnsafe(ref target, i);
        }
    }

    /// <summary>Adds the distances of a row from the origin to sums, and their squares to squares, in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddMoments(ReadOnlySpan<float> row, ReadOnlySpan<double> origin, Span<double> sums, Span<double> squares)
    {
        _ = Length(row, Math.Min(origin.Length, Math.Min(sums.Length, squares.Length)));
        for (int i = 0; i < row.Length; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(row[i..]), out Vector<double> low, out Vector<double> high);
            int j = i + Vector<double>.Count;
            low -= new Vector<double>(origin[i..]);
            high -= new Vector<double>(origin[j..]);
            (new Vector<double>(sums[i..]) + low).CopyTo(sums[i..]);
            (new Vector<double>(sums[j..]) + high).CopyTo(sums[j..]);
            (new Vector<double>(squares[i..]) + (low * low)).CopyTo(squares[i..]);
            (new Vector<double>(squares[j..]) + (high * high)).CopyTo(squares[j..]);
        }
    }

    /// <summary>row = (row - shift) * scale, computed in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ShiftAndScale(Span<float> row, ReadOnlySpan<double> shift, ReadOnlySpan<double> scale)
    {
        _ = Length(row, Math.Min(shift.Length, scale.Length));
        for (int i = 0; i < row.Length; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(row[i..]), out Vector<double> low, out Vector<double> high);
            int j = i + Vector<double>.Count;
            low = (low - new Vector<double>(shift[i..])) * new Vector<double>(scale[i..]);
            high = (high - new Vector<double>(shift[j..])) * new Vector<double>(scale[j..]);
            Vector.Narrow(low, high).CopyTo(row[i..]);
        }
    }

    /// <summary>Whether no element is NaN or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllFinite(ReadOnlySpan<float> vector)
    {
        nuint length = Length(vector, vector.Length);
        ref float v = ref MemoryMarshal.GetReference(vector);
        Vector<float> zeros = default;
        for (nuint i = 0; i < length; i += (nuint)Vector<float>.Count)
        {
            zeros += Vector.LoadUnsafe(ref v, i) * Vector<float>.Zero;
        }

        return Vector.EqualsAll(zeros, Vector<float>.Zero);
    }

    private static nuint Length(ReadOnlySpan<float> vector, int others)
    {
        if (vector.Length % Vector<float>.Count != 0 || others < vector.Length)
        {
            throw new ArgumentException(
                $"A vector has {vector.Length} elements and another {others}; equal multiples of {Vector<float>.Count} are needed.");
        }

        return (nuint)vector.Length;
    }
}

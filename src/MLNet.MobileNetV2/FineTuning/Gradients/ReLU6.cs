using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>min(max(x, 0), 6) and its gradient.</summary>
internal static class ReLU6
{
    private const float Six = 6;

    /// <summary>Applies an affine function and ReLU6.</summary>
    public static void Apply(ReadOnlySpan<float> x, float scale, float shift, Span<float> y) => Apply(x, scale, shift, 0, Six, y);

    /// <summary>Applies an affine function and keeps its values between two others.</summary>
    public static void Apply(ReadOnlySpan<float> x, float scale, float shift, float least, float most, Span<float> y)
    {
        (Vector<float> scales, Vector<float> shifts) = (new(scale), new(shift));
        (Vector<float> lowest, Vector<float> highest) = (new(least), new(most));
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> value = (Vector.LoadUnsafe(ref from, (nuint)i) * scales) + shifts;
            Vector.StoreUnsafe(Vector.Min(Vector.Max(value, lowest), highest), ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = Math.Min(Math.Max((x[i] * scale) + shift, least), most);
        }
    }

    /// <summary>Keeps the gradient where the output is above 0 and below 6, and writes 0 elsewhere.</summary>
    /// <param name="output">The output of ReLU6.</param>
    /// <param name="gradient">The gradient of the output.</param>
    /// <param name="result">Takes the gradient of the input; may be <paramref name="gradient"/>.</param>
    public static void Mask(ReadOnlySpan<float> output, ReadOnlySpan<float> gradient, Span<float> result)
    {
        ref float y = ref MemoryMarshal.GetReference(output);
        ref float g = ref MemoryMarshal.GetReference(gradient);
        ref float x = ref MemoryMarshal.GetReference(result);
        int whole = result.Length - (result.Length % Vector<float>.Count);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector<float>.Count)
        {
            Vector.StoreUnsafe(Mask(Vector.LoadUnsafe(ref y, i), Vector.LoadUnsafe(ref g, i)), ref x, i);
        }

        for (int i = whole; i < result.Length; i++)
        {
            result[i] = output[i] > 0 && output[i] < Six ? gradient[i] : 0;
        }
    }

    /// <summary>The same for a vector.</summary>
    public static Vector<float> Mask(Vector<float> output, Vector<float> gradient) => Vector.AsVectorSingle(
        Vector.AsVectorInt32(gradient)
        & Vector.GreaterThan(output, Vector<float>.Zero)
        & Vector.LessThan(output, new Vector<float>(Six)));
}

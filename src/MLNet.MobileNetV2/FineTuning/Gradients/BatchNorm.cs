using System.Numerics;
using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Batch norm with the batch's mean and variance (arXiv 1502.03167), and ReLU6 after it, there and back, for maps of channels, samples,
/// rows, columns. What lies between the convolution and the activation is computed again on the way back, not kept. Immutable and
/// thread-safe.
/// </summary>
/// <param name="hasReLU6">Whether ReLU6 follows.</param>
/// <param name="epsilon">What is added to the variance.</param>
internal sealed class BatchNorm(bool hasReLU6, float epsilon)
{
    // Sums of so many values lose no accuracy that matters in float32; theirs are added up in double.
    private const int Chunk = 4096;

    private readonly float _least = hasReLU6 ? 0 : float.NegativeInfinity;
    private readonly float _most = hasReLU6 ? 6 : float.PositiveInfinity;

    /// <summary>Normalises some channels.</summary>
    public void Forward(
        int first,
        int end,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        Span<float> output,
        Span<float> mean,
        Span<float> variance)
    {
        int length = input.Length / gamma.Length;
        for (int channel = first; channel < end; channel++)
        {
            ReadOnlySpan<float> x = input.Slice(channel * length, length);
            mean[channel] = (float)(Sum(x, 0, isSquared: false) / length);
            variance[channel] = (float)(Sum(x, mean[channel], isSquared: true) / length);
            (float scale, float shift) = Affine(gamma[channel], beta[channel], mean[channel], variance[channel]);
            Span<float> y = output.Slice(channel * length, length);
            var (scales, shifts) = (new Vector<float>(scale), new Vector<float>(shift));
            var (least, most) = (new Vector<float>(_least), new Vector<float>(_most));
            ref float from = ref MemoryMarshal.GetReference(x);
            ref float to = ref MemoryMarshal.GetReference(y);
            int i = 0;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> value = (Vector.LoadUnsafe(ref from, (nuint)i) * scales) + shifts;
                Vector.StoreUnsafe(Vector.Min(Vector.Max(value, least), most), ref to, (nuint)i);
            }

            for (; i < length; i++)
            {
                y[i] = Math.Min(Math.Max((x[i] * scale) + shift, _least), _most);
            }
        }
    }

    /// <summary>
    /// The gradients of some channels. In: the input, the output's gradient, scale, shift, mean, variance; out: the gradients of input, scale
    /// and shift.
    /// </summary>
    public void Backward(int first, int end, OperatorRun run)
    {
        int length = run.Input(0).Length / run.Input(2).Length;
        for (int channel = first; channel < end; channel++)
        {
            ReadOnlySpan<float> x = run.Input(0).Slice(channel * length, length);
            ReadOnlySpan<float> g = run.Input(1).Slice(channel * length, length);
            (float gamma, float mean, float variance) = (run.Input(2)[channel], run.Input(4)[channel], run.Input(5)[channel]);
            (float scale, float shift) = Affine(gamma, run.Input(3)[channel], mean, variance);
            (double sum, double product) = Sums(x, g, scale, shift, mean);

            // dx = scale / deviation x (dy - mean(dy) - normalized x mean(dy x normalized))
            double inverse = 1 / Math.Sqrt(variance + epsilon);
            run.Output(1)[channel] = (float)(product * inverse);
            run.Output(2)[channel] = (float)sum;
            float along = (float)(-scale * inverse * inverse * product / length);
            float level = (float)(-(scale * sum / length) - (along * (double)mean));
            Write(x, g, run.Output(0).Slice(channel * length, length), scale, shift, along, level);
        }
    }

    // Normalising and scaling are one affine function of a value.
    private (float Scale, float Shift) Affine(float gamma, float beta, float mean, float variance)
    {
        double scale = gamma / Math.Sqrt(variance + epsilon);
        return ((float)scale, (float)(beta - (mean * scale)));
    }

    private static double Sum(ReadOnlySpan<float> values, float centre, bool isSquared)
    {
        double total = 0;
        var centres = new Vector<float>(centre);
        for (int start = 0; start < values.Length; start += Chunk)
        {
            ReadOnlySpan<float> chunk = values.Slice(start, Math.Min(Chunk, values.Length - start));
            ref float from = ref MemoryMarshal.GetReference(chunk);
            var (sum, other) = (Vector<float>.Zero, Vector<float>.Zero);
            int i = 0;
            for (; i <= chunk.Length - (2 * Vector<float>.Count); i += 2 * Vector<float>.Count)
            {
                Vector<float> a = Vector.LoadUnsafe(ref from, (nuint)i) - centres;
                Vector<float> b = Vector.LoadUnsafe(ref from, (nuint)(i + Vector<float>.Count)) - centres;
                sum += isSquared ? a * a : a;
                other += isSquared ? b * b : b;
            }

            total += Vector.Sum(sum + other);
            for (; i < chunk.Length; i++)
            {
                float a = chunk[i] - centre;
                total += isSquared ? a * a : a;
            }
        }

        return total;
    }

    // The sums of what ReLU6 lets through, and of its products with the centred input.
    private (double Sum, double Product) Sums(ReadOnlySpan<float> x, ReadOnlySpan<float> g, float scale, float shift, float mean)
    {
        double total = 0;
        double product = 0;
        var means = new Vector<float>(mean);
        for (int start = 0; start < x.Length; start += Chunk)
        {
            int end = Math.Min(start + Chunk, x.Length);
            var (sum, products) = (Vector<float>.Zero, Vector<float>.Zero);
            int i = start;
            ref float values = ref MemoryMarshal.GetReference(x);
            ref float gradients = ref MemoryMarshal.GetReference(g);
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> value = Vector.LoadUnsafe(ref values, (nuint)i);
                Vector<float> kept = Mask(value, Vector.LoadUnsafe(ref gradients, (nuint)i), scale, shift);
                sum += kept;
                products += kept * (value - means);
            }

            total += Vector.Sum(sum);
            product += Vector.Sum(products);
            for (; i < end; i++)
            {
                float kept = Mask(x[i], g[i], scale, shift);
                total += kept;
                product += kept * (x[i] - mean);
            }
        }

        return (total, product);
    }

    private void Write(ReadOnlySpan<float> x, ReadOnlySpan<float> g, Span<float> result, float scale, float shift, float along, float level)
    {
        var (levels, alongs) = (new Vector<float>(level), new Vector<float>(along));
        ref float values = ref MemoryMarshal.GetReference(x);
        ref float gradients = ref MemoryMarshal.GetReference(g);
        ref float to = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> value = Vector.LoadUnsafe(ref values, (nuint)i);
            Vector<float> kept = Mask(value, Vector.LoadUnsafe(ref gradients, (nuint)i), scale, shift);
            Vector.StoreUnsafe((kept * scale) + ((value * alongs) + levels), ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            result[i] = (Mask(x[i], g[i], scale, shift) * scale) + ((x[i] * along) + level);
        }
    }

    private Vector<float> Mask(Vector<float> x, Vector<float> gradient, float scale, float shift)
    {
        Vector<float> y = (x * scale) + new Vector<float>(shift);
        return Vector.AsVectorSingle(Vector.AsVectorInt32(gradient)
            & Vector.GreaterThan(y, new Vector<float>(_least))
            & Vector.LessThan(y, new Vector<float>(_most)));
    }

    private float Mask(float x, float gradient, float scale, float shift)
    {
        float y = (x * scale) + shift;
        return y > _least && y < _most ? gradient : 0;
    }
}

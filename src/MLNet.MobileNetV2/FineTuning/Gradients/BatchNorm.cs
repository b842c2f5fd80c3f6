using System.Numerics;
using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Batch norm with the batch's mean and variance (arXiv 1502.03167), and ReLU6 after it, there and back, for maps of channels, samples,
/// rows, columns. Immutable and thread-safe.
/// </summary>
/// <remarks>A node takes what is normalised first, then the four <see cref="Tensors"/>.</remarks>
/// <param name="hasReLU6">Whether ReLU6 follows.</param>
/// <param name="epsilon">What is added to the variance.</param>
internal sealed class BatchNorm(bool hasReLU6, float epsilon)
{
    // Sums of so many values lose no accuracy that matters in float32; theirs are added up in double.
    private const int Chunk = 4096;

    private readonly float _least = hasReLU6 ? 0 : float.NegativeInfinity;
    private readonly float _most = hasReLU6 ? 6 : float.PositiveInfinity;

    /// <summary>Scale, shift, mean and variance of a layer, which make an affine function of each channel.</summary>
    public static GraphTensor[] Tensors(TrainedLayer layer)
    {
        long[] shape = [layer.Layer.OutputChannels, 1];
        LayerTensors names = layer.Names;
        return [new(names.Gamma, shape), new(names.Beta, shape), new(names.Mean, shape), new(names.Variance, shape)];
    }

    /// <summary>Computes mean and variance of some channels.</summary>
    public static void Measure(int first, int end, OperatorRun run)
    {
        int length = run.Input(0).Length / run.Output(0).Length;
        for (int channel = first; channel < end; channel++)
        {
            ReadOnlySpan<float> x = run.Input(0).Slice(channel * length, length);
            float mean = (float)(Sum(x, 0, isSquared: false) / length);
            run.Output(0)[channel] = mean;
            run.Output(1)[channel] = (float)(Sum(x, mean, isSquared: true) / length);
        }
    }

    /// <summary>Normalises some channels.</summary>
    public void Forward(int first, int end, OperatorRun run)
    {
        int length = run.Input(0).Length / run.Input(1).Length;
        for (int channel = first; channel < end; channel++)
        {
            (int start, (float scale, float shift)) = (channel * length, Affine(run, 1, channel, epsilon));
            ReLU6.Apply(run.Input(0).Slice(start, length), scale, shift, _least, _most, run.Output(0).Slice(start, length));
        }
    }

    /// <summary>
    /// The gradients of some channels; the output's is the last input. Out: those of the input, of scale and of shift.
    /// </summary>
    public void Backward(int first, int end, OperatorRun run)
    {
        int length = run.Input(0).Length / run.Input(1).Length;
        for (int channel = first; channel < end; channel++)
        {
            ReadOnlySpan<float> x = run.Input(0).Slice(channel * length, length);
            ReadOnlySpan<float> g = run.Input(5).Slice(channel * length, length);
            (float scale, float shift) = Affine(run, 1, channel, epsilon);
            float mean = run.Input(3)[channel];
            (double sum, double product) = Sums(x, g, scale, shift, mean);

            // dx = scale / deviation x (dy - mean(dy) - normalized x mean(dy x normalized))
            double inverse = 1 / Math.Sqrt(run.Input(4)[channel] + epsilon);
            run.Output(1)[channel] = (float)(product * inverse);
            run.Output(2)[channel] = (float)sum;
            float along = (float)(-scale * inverse * inverse * product / length);
            float level = (float)(-(scale * sum / length) - (along * (double)mean));
            Write(x, g, run.Output(0).Slice(channel * length, length), scale, shift, along, level);
        }
    }

    /// <summary>Normalising and scaling a channel as one affine function.</summary>
    /// <param name="run">The node.</param>
    /// <param name="place">Which input is the scale; shift, mean and variance follow.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public static (float Scale, float Shift) Affine(OperatorRun run, int place, int channel, float epsilon)
    {
        double scale = run.Input(place)[channel] / Math.Sqrt(run.Input(place + 3)[channel] + epsilon);
        return ((float)scale, (float)(run.Input(place + 1)[channel] - (run.Input(place + 2)[channel] * scale)));
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
        ref float values = ref MemoryMarshal.GetReference(x);
        ref float gradients = ref MemoryMarshal.GetReference(g);
        for (int start = 0; start < x.Length; start += Chunk)
        {
            int end = Math.Min(start + Chunk, x.Length);
            var (sum, products) = (Vector<float>.Zero, Vector<float>.Zero);
            int i = start;
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

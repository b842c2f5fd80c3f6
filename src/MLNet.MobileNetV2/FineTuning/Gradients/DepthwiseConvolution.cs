using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// A depthwise 3x3 convolution with what surrounds it, there and back, for maps of channels, samples, rows, columns. ONNX Runtime convolves
/// three to twelve times slower where such kernels are no constants. Immutable and thread-safe.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="samples">Number of samples.</param>
/// <param name="isInputOfReLU6">Whether ReLU6 gave the input; the gradient of the input is then that of what ReLU6 made it of.</param>
internal sealed class DepthwiseConvolution(TrainedLayer layer, int samples, bool isInputOfReLU6)
{
    private const int Taps = 9;
    private const float Six = 6;

    private readonly int _inputPlane = layer.InputSide * layer.InputSide;
    private readonly int _outputPlane = layer.OutputSide * layer.OutputSide;

    /// <summary>Convolves some channels.</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="end">The channel after the last.</param>
    /// <param name="input">The layer's input.</param>
    /// <param name="affine">A scale and a shift for each channel, which the input has to pass and then ReLU6; null if it has.</param>
    /// <param name="kernel">Nine values a channel.</param>
    /// <param name="bias">A value a channel, after which ReLU6 follows; empty for neither.</param>
    /// <param name="output">Takes the result.</param>
    public void Forward(
        int first,
        int end,
        ReadOnlySpan<float> input,
        Func<int, (float Scale, float Shift)>? affine,
        ReadOnlySpan<float> kernel,
        ReadOnlySpan<float> bias,
        Span<float> output)
    {
        using var planes = new DepthwisePlanes(layer, samples);
        for (int channel = first; channel < end; channel++)
        {
            for (int start = 0; start < samples; start += planes.Group)
            {
                int count = Math.Min(planes.Group, samples - start);
                int place = (channel * samples) + start;
                ReadOnlySpan<float> x = Activate(
                    input.Slice(place * _inputPlane, count * _inputPlane), affine?.Invoke(channel), planes.Activation);
                for (int i = 0; i < count; i++)
                {
                    planes.PlaceInput(x.Slice(i * _inputPlane, _inputPlane), i);
                }

                Span<float> result = planes.Result[..(count * planes.Plane)];
                Combine(planes.Input, planes.Shifts, kernel.Slice(channel * Taps, Taps), bias.IsEmpty ? 0 : bias[channel], result);
                for (int i = 0; i < count; i++)
                {
                    planes.TakeOutput(i, output.Slice((place + i) * _outputPlane, _outputPlane));
                }

                if (!bias.IsEmpty)
                {
                    Span<float> values = output.Slice(place * _outputPlane, count * _outputPlane);
                    TensorPrimitives.Max(values, 0, values);
                    TensorPrimitives.Min(values, Six, values);
                }
            }
        }
    }

    /// <summary>Computes the gradients of some channels.</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="end">The channel after the last.</param>
    /// <param name="input">The layer's input.</param>
    /// <param name="affine">As for <see cref="Forward"/>.</param>
    /// <param name="output">The result after ReLU6, if <paramref name="gradient"/> is that of this; empty if it is that before.</param>
    /// <param name="gradient">The gradient of the result.</param>
    /// <param name="kernel">Nine values a channel.</param>
    /// <param name="kernelGradient">Takes nine values a channel.</param>
    /// <param name="biasGradient">Takes a value a channel; empty if it is not needed.</param>
    /// <param name="inputGradient">Takes the gradient of the input; empty if it is not needed.</param>
    public void Backward(
        int first,
        int end,
        ReadOnlySpan<float> input,
        Func<int, (float Scale, float Shift)>? affine,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> kernel,
        Span<float> kernelGradient,
        Span<float> biasGradient,
        Span<float> inputGradient)
    {
        using var planes = new DepthwisePlanes(layer, samples);
        Span<float> sums = stackalloc float[Taps];
        for (int channel = first; channel < end; channel++)
        {
            Span<float> kernelResult = kernelGradient.Slice(channel * Taps, Taps);
            kernelResult.Clear();
            double bias = 0;
            for (int start = 0; start < samples; start += planes.Group)
            {
                int count = Math.Min(planes.Group, samples - start);
                int place = (channel * samples) + start;
                ReadOnlySpan<float> values = gradient.Slice(place * _outputPlane, count * _outputPlane);
                if (!output.IsEmpty)
                {
                    Span<float> kept = planes.Masked[..values.Length];
                    ReLU6.Mask(output.Slice(place * _outputPlane, values.Length), values, kept);
                    values = kept;
                }

                if (!biasGradient.IsEmpty)
                {
                    bias += TensorPrimitives.Sum(values);
                }

                ReadOnlySpan<float> x = Activate(
                    input.Slice(place * _inputPlane, count * _inputPlane), affine?.Invoke(channel), planes.Activation);
                for (int i = 0; i < count; i++)
                {
                    planes.PlaceInput(x.Slice(i * _inputPlane, _inputPlane), i);
                    planes.PlaceGradient(values.Slice(i * _outputPlane, _outputPlane), i);
                }

                // What a longer group before it left behind the last plane, a vector may still reach.
                planes.GradientInside.Slice(count * planes.Plane, Vector<float>.Count).Clear();
                Multiply(planes, count * planes.Plane, sums);
                TensorPrimitives.Add(kernelResult, sums, kernelResult);
                if (!inputGradient.IsEmpty)
                {
                    Span<float> back = inputGradient.Slice(place * _inputPlane, count * _inputPlane);
                    WriteInputGradient(planes, count, kernel.Slice(channel * Taps, Taps), back);
                    if (isInputOfReLU6)
                    {
                        ReLU6.Mask(x, back, back);
                    }
                }
            }

            if (!biasGradient.IsEmpty)
            {
                biasGradient[channel] = (float)bias;
            }
        }
    }

    private static ReadOnlySpan<float> Activate(ReadOnlySpan<float> input, (float Scale, float Shift)? affine, Span<float> activation)
    {
        if (affine is not { } function)
        {
            return input;
        }

        ReLU6.Apply(input, function.Scale, function.Shift, activation);
        return activation[..input.Length];
    }

    private void WriteInputGradient(DepthwisePlanes planes, int count, ReadOnlySpan<float> kernel, Span<float> result)
    {
        int length = count * planes.Plane;
        if (layer.Layer.Stride == 1)
        {
            Combine(planes.Gradient, planes.Turned, kernel, 0, planes.Result[..length]);
        }
        else
        {
            for (int part = 0; part < 4; part++)
            {
                CombinePart(planes, part, kernel, planes.ResultPart(part)[..length]);
            }
        }

        for (int i = 0; i < count; i++)
        {
            planes.TakeInputGradient(i, result.Slice(i * _inputPlane, _inputPlane));
        }
    }

    // The sum of nine shifted inputs, each times its weight; what is behind the length is written too.
    private static void Combine(
        ReadOnlySpan<float> values, ReadOnlySpan<int> shifts, ReadOnlySpan<float> kernel, float bias, Span<float> result)
    {
        ref float input = ref MemoryMarshal.GetReference(values);
        ref float output = ref MemoryMarshal.GetReference(result);
        (var w0, var w1, var w2) = (new Vector<float>(kernel[0]), new Vector<float>(kernel[1]), new Vector<float>(kernel[2]));
        (var w3, var w4, var w5) = (new Vector<float>(kernel[3]), new Vector<float>(kernel[4]), new Vector<float>(kernel[5]));
        (var w6, var w7, var w8) = (new Vector<float>(kernel[6]), new Vector<float>(kernel[7]), new Vector<float>(kernel[8]));
        (nuint o0, nuint o1, nuint o2) = ((nuint)shifts[0], (nuint)shifts[1], (nuint)shifts[2]);
        (nuint o3, nuint o4, nuint o5) = ((nuint)shifts[3], (nuint)shifts[4], (nuint)shifts[5]);
        (nuint o6, nuint o7, nuint o8) = ((nuint)shifts[6], (nuint)shifts[7], (nuint)shifts[8]);
        var start = new Vector<float>(bias);
        for (nuint i = 0; i < (nuint)result.Length; i += (nuint)Vector<float>.Count)
        {
            Vector<float> a = Vector.MultiplyAddEstimate(w0, Vector.LoadUnsafe(ref input, i + o0), start);
            Vector<float> b = w1 * Vector.LoadUnsafe(ref input, i + o1);
            a = Vector.MultiplyAddEstimate(w2, Vector.LoadUnsafe(ref input, i + o2), a);
            b = Vector.MultiplyAddEstimate(w3, Vector.LoadUnsafe(ref input, i + o3), b);
            a = Vector.MultiplyAddEstimate(w4, Vector.LoadUnsafe(ref input, i + o4), a);
            b = Vector.MultiplyAddEstimate(w5, Vector.LoadUnsafe(ref input, i + o5), b);
            a = Vector.MultiplyAddEstimate(w6, Vector.LoadUnsafe(ref input, i + o6), a);
            b = Vector.MultiplyAddEstimate(w7, Vector.LoadUnsafe(ref input, i + o7), b);
            a = Vector.MultiplyAddEstimate(w8, Vector.LoadUnsafe(ref input, i + o8), a);
            Vector.StoreUnsafe(a + b, ref output, i);
        }
    }

    // At stride 2 each part of the input meets one, two or four of the taps.
    private static void CombinePart(DepthwisePlanes planes, int part, ReadOnlySpan<float> kernel, Span<float> result)
    {
        ref float input = ref MemoryMarshal.GetReference(planes.Gradient);
        ref float output = ref MemoryMarshal.GetReference(result);
        Span<nuint> shifts = stackalloc nuint[4];
        Span<float> weights = stackalloc float[4];
        int count = 0;
        for (int tap = 0; tap < Taps; tap++)
        {
            if (planes.Part(tap) == part)
            {
                (shifts[count], weights[count]) = ((nuint)planes.Turned[tap], kernel[tap]);
                count++;
            }
        }

        for (nuint i = 0; i < (nuint)result.Length; i += (nuint)Vector<float>.Count)
        {
            Vector<float> sum = weights[0] * Vector.LoadUnsafe(ref input, i + shifts[0]);
            for (int tap = 1; tap < count; tap++)
            {
                sum = Vector.MultiplyAddEstimate(
                    new Vector<float>(weights[tap]), Vector.LoadUnsafe(ref input, i + shifts[tap]), sum);
            }

            Vector.StoreUnsafe(sum, ref output, i);
        }
    }

    // The border of the gradient's planes is zero, so what the input has beyond its own planes adds nothing.
    private static void Multiply(DepthwisePlanes planes, int length, Span<float> sums)
    {
        ref float gradient = ref MemoryMarshal.GetReference(planes.GradientInside);
        ref float input = ref MemoryMarshal.GetReference(planes.Input);
        int[] shifts = planes.Shifts;
        (nuint o0, nuint o1, nuint o2) = ((nuint)shifts[0], (nuint)shifts[1], (nuint)shifts[2]);
        (nuint o3, nuint o4, nuint o5) = ((nuint)shifts[3], (nuint)shifts[4], (nuint)shifts[5]);
        (nuint o6, nuint o7, nuint o8) = ((nuint)shifts[6], (nuint)shifts[7], (nuint)shifts[8]);
        (Vector<float> s0, Vector<float> s1, Vector<float> s2) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        (Vector<float> s3, Vector<float> s4, Vector<float> s5) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        (Vector<float> s6, Vector<float> s7, Vector<float> s8) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (nuint i = 0; i < (nuint)length; i += (nuint)Vector<float>.Count)
        {
            Vector<float> g = Vector.LoadUnsafe(ref gradient, i);
            s0 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o0), s0);
            s1 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o1), s1);
            s2 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o2), s2);
            s3 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o3), s3);
            s4 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o4), s4);
            s5 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o5), s5);
            s6 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o6), s6);
            s7 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o7), s7);
            s8 = Vector.MultiplyAddEstimate(g, Vector.LoadUnsafe(ref input, i + o8), s8);
        }

        (sums[0], sums[1], sums[2]) = (Vector.Sum(s0), Vector.Sum(s1), Vector.Sum(s2));
        (sums[3], sums[4], sums[5]) = (Vector.Sum(s3), Vector.Sum(s4), Vector.Sum(s5));
        (sums[6], sums[7], sums[8]) = (Vector.Sum(s6), Vector.Sum(s7), Vector.Sum(s8));
    }
}

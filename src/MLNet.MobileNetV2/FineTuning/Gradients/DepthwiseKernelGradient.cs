using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The gradient of a depthwise 3x3 kernel: nine products of the layer's input, shifted, with the gradient of its result. Not thread-safe.
/// </summary>
/// <remarks>
/// Both are copied, a channel at a time, to planes with a border of zeros and equal rows, so that each product is one long loop with
/// no edges. At stride 2 the input is split by odd and even rows and columns first. ONNX Runtime would take this for a grouped
/// convolution whose kernel is the gradient, which takes it ten times as long.
/// </remarks>
internal sealed class DepthwiseKernelGradient
{
    private const int Taps = 9;

    // Small planes of several samples are processed together, as long as they fit the cache.
    private const int PlaneValues = 16384;

    private readonly TrainedLayer _layer;
    private readonly int _row;
    private readonly int _plane;
    private readonly int _group;
    private readonly float[] _input;
    private readonly float[] _gradient;
    private readonly int[] _offsets = new int[Taps];

    public DepthwiseKernelGradient(TrainedLayer layer, int samples)
    {
        _layer = layer;
        int stride = layer.Layer.Stride;
        int border = stride == 1 ? 2 : 1;
        _row = layer.OutputSide + border;
        _plane = _row * _row;
        _group = Math.Clamp(PlaneValues / _plane, 1, samples);
        int parts = stride * stride;
        int slack = (2 * _row) + 2 + Vector<float>.Count;
        _input = new float[(parts * _group * _plane) + slack];
        _gradient = new float[(_group * _plane) + slack];
        for (int tap = 0; tap < Taps; tap++)
        {
            (int row, int column) = (tap / 3, tap % 3);
            int part = ((row % stride) * stride) + (column % stride);
            _offsets[tap] = (part * _group * _plane) + ((row / stride) * _row) + (column / stride);
        }
    }

    /// <summary>Computes the gradient of every channel's kernel.</summary>
    /// <param name="input">The layer's input: channels, samples, rows, columns.</param>
    /// <param name="gradient">The gradient of the convolution's result, likewise.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="kernel">Takes nine values a channel.</param>
    public void Compute(ReadOnlySpan<float> input, ReadOnlySpan<float> gradient, int samples, Span<float> kernel)
    {
        int inputPlane = _layer.InputSide * _layer.InputSide;
        int outputPlane = _layer.OutputSide * _layer.OutputSide;
        Span<float> sums = stackalloc float[Taps];
        for (int channel = 0; channel < _layer.Layer.OutputChannels; channel++)
        {
            Span<float> result = kernel.Slice(channel * Taps, Taps);
            result.Clear();
            for (int first = 0; first < samples; first += _group)
            {
                int count = Math.Min(_group, samples - first);
                for (int i = 0; i < count; i++)
                {
                    int plane = (channel * samples) + first + i;
                    PlaceInput(input.Slice(plane * inputPlane, inputPlane), i);
                    PlaceGradient(gradient.Slice(plane * outputPlane, outputPlane), i);
                }

                // The last vector of a group may reach beyond it, to what a longer group before it left.
                _gradient.AsSpan(count * _plane, Vector<float>.Count).Clear();
                Multiply(count * _plane, sums);
                for (int tap = 0; tap < Taps; tap++)
                {
                    result[tap] += sums[tap];
                }
            }
        }
    }

    private void PlaceInput(ReadOnlySpan<float> values, int sample)
    {
        int side = _layer.InputSide;
        int before = _layer.PadBefore;
        for (int row = 0; row < side; row++)
        {
            ReadOnlySpan<float> source = values.Slice(row * side, side);
            int padded = row + before;
            if (_layer.Layer.Stride == 1)
            {
                source.CopyTo(_input.AsSpan((sample * _plane) + (padded * _row) + before));
                continue;
            }

            int start = (sample * _plane) + ((padded >> 1) * _row);
            int part = (padded & 1) * 2;
            Span<float> even = _input.AsSpan((part * _group * _plane) + start, _row);
            Span<float> odd = _input.AsSpan(((part + 1) * _group * _plane) + start, _row);
            Split(source, before == 0 ? even : odd, before == 0 ? odd : even[1..]);
        }
    }

    private static void Split(ReadOnlySpan<float> source, Span<float> first, Span<float> second)
    {
        int pairs = source.Length / 2;
        for (int i = 0; i < pairs; i++)
        {
            first[i] = source[2 * i];
            second[i] = source[(2 * i) + 1];
        }

        if (source.Length % 2 != 0)
        {
            first[pairs] = source[^1];
        }
    }

    private void PlaceGradient(ReadOnlySpan<float> values, int sample)
    {
        int side = _layer.OutputSide;
        for (int row = 0; row < side; row++)
        {
            values.Slice(row * side, side).CopyTo(_gradient.AsSpan((sample * _plane) + (row * _row)));
        }
    }

    // The border of the gradient's planes is zero, so what the input has beyond its own planes adds nothing.
    private void Multiply(int length, Span<float> sums)
    {
        ref float gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        ref float input = ref MemoryMarshal.GetArrayDataReference(_input);
        (nuint o0, nuint o1, nuint o2) = ((nuint)_offsets[0], (nuint)_offsets[1], (nuint)_offsets[2]);
        (nuint o3, nuint o4, nuint o5) = ((nuint)_offsets[3], (nuint)_offsets[4], (nuint)_offsets[5]);
        (nuint o6, nuint o7, nuint o8) = ((nuint)_offsets[6], (nuint)_offsets[7], (nuint)_offsets[8]);
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default;
        Vector<float> s5 = default, s6 = default, s7 = default, s8 = default;
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

using System.Buffers;

namespace MLNet.MobileNetV2.Images;

/// <summary>
/// For each output pixel along one axis, the input pixels it is blended from and their weights: a triangle whose
/// half-width is the reduction (one pixel when enlarging), half-pixel centres, cut at the image's edge, sum 1.
/// </summary>
/// <remarks>The antialiased bilinear filter of Pillow's <c>Image.resize(..., box)</c>.</remarks>
internal sealed class TriangleFilter : IDisposable
{
    private readonly int[] _starts;
    private readonly float[] _weights;
    private readonly int _taps;

    /// <summary>Computes the weights from a number of input pixels, of which a part is resized, to a number of output pixels.</summary>
    public TriangleFilter(int length, double start, double extent, int size)
    {
        double scale = extent / size;
        double support = Math.Max(scale, 1);

        // Every output pixel has as many weights, zeros among them: a loop whose length changes from pixel to pixel is mispredicted, which
        // costs more than the zeros.
        _taps = (int)Math.Min(Math.Ceiling(2 * support), length);
        _starts = ArrayPool<int>.Shared.Rent(size);
        _weights = ArrayPool<float>.Shared.Rent(_taps * size);
        for (int output = 0; output < size; output++)
        {
            double centre = start + ((output + 0.5) * scale);
            int first = Math.Clamp((int)Math.Floor(centre - support + 0.5), 0, length - _taps);
            _starts[output] = first;
            FillWeights(_weights.AsSpan(_taps * output, _taps), first + 0.5 - centre, support);
        }

        First = _starts[0];
        End = _starts[size - 1] + _taps;
    }

    /// <summary>The first input pixel that any output pixel uses.</summary>
    public int First { get; }

    /// <summary>One past the last input pixel that any output pixel uses.</summary>
    public int End { get; }

    /// <summary>The first input pixel of an output pixel.</summary>
    public int Start(int output) => _starts[output];

    /// <summary>The weights of an output pixel, from its first input pixel on.</summary>
    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(_taps * output, _taps);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<float>.Shared.Return(_weights);
    }

    private static void FillWeights(Span<float> weights, double offset, double support)
    {
        double sum = 0;
        for (int tap = 0; tap < weights.Length; tap++)
        {
            sum += Triangle((offset + tap) / support);
        }

        for (int tap = 0; tap < weights.Length; tap++)
        {
            weights[tap] = (float)(Triangle((offset + tap) / support) / sum);
        }
    }

    private static double Triangle(double distance) => Math.Max(1 - Math.Abs(distance), 0);
}

using System.Buffers;

namespace MLNet.MobileNetV2.Images;

/// <summary>
/// For each output pixel along one axis, the input pixels it is blended from and their weights: a triangle whose
/// half-width is the reduction (one pixel when enlarging), half-pixel centres, cut at the picture's edge, sum 1.
/// </summary>
/// <remarks>The antialiased bilinear filter of Pillow's <c>Image.resize(..., box)</c>.</remarks>
internal sealed class TriangleFilter : IDisposable
{
    private readonly int[] _spans;
    private readonly float[] _weights;
    private readonly int _stride;

    /// <summary>Computes the weights.</summary>
    /// <param name="length">Input pixels along the axis.</param>
    /// <param name="start">Where the part to be resized begins, in [0, length).</param>
    /// <param name="extent">Its extent; it ends at or before the last pixel.</param>
    /// <param name="size">Output pixels.</param>
    public TriangleFilter(int length, double start, double extent, int size)
    {
        double scale = extent / size;
        double support = Math.Max(scale, 1);
        _stride = Math.Min((2 * (int)Math.Ceiling(support)) + 1, length);
        _spans = ArrayPool<int>.Shared.Rent(2 * size);
        _weights = ArrayPool<float>.Shared.Rent(_stride * size);
        for (int output = 0; output < size; output++)
        {
            double centre = start + ((output + 0.5) * scale);
            int first = Math.Max((int)Math.Floor(centre - support + 0.5), 0);
            int end = Math.Min((int)Math.Floor(centre + support + 0.5), length);
            _spans[2 * output] = first;
            _spans[(2 * output) + 1] = end - first;
            FillWeights(_weights.AsSpan(_stride * output, end - first), first + 0.5 - centre, support);
        }

        First = _spans[0];
        End = _spans[2 * (size - 1)] + _spans[(2 * size) - 1];
    }

    /// <summary>The first input pixel that any output pixel uses.</summary>
    public int First { get; }

    /// <summary>One past the last input pixel that any output pixel uses.</summary>
    public int End { get; }

    /// <summary>The first input pixel of an output pixel.</summary>
    public int Start(int output) => _spans[2 * output];

    /// <summary>The weights of an output pixel, from its first input pixel on.</summary>
    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(_stride * output, _spans[(2 * output) + 1]);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_spans);
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

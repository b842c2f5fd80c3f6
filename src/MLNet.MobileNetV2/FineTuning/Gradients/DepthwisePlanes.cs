using System.Buffers;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Scratch memory in which a channel of some samples lies as planes with borders of zeros and equal rows, so that each tap of a depthwise
/// 3x3 kernel is a shift of one long loop with no edges. At stride 2 the input is split by odd and even rows and columns first. Not
/// thread-safe; <see cref="Dispose"/> gives the memory back.
/// </summary>
internal sealed class DepthwisePlanes : IDisposable
{
    // Small planes of several samples are processed together, as long as they fit the cache.
    private const int PlaneValues = 16384;

    // More than any vector has.
    private const int Slack = 64;

    private readonly TrainedLayer _layer;
    private readonly int _row;
    private readonly float[] _memory;
    private readonly int _partLength;
    private readonly int _gradientStart;
    private readonly int _resultStart;
    private readonly int _activationStart;
    private readonly int _maskedStart;

    public DepthwisePlanes(TrainedLayer layer, int samples)
    {
        _layer = layer;
        int stride = layer.Layer.Stride;
        _row = layer.OutputSide + (stride == 1 ? 2 : 1);
        Plane = _row * _row;
        Group = Math.Clamp(PlaneValues / Plane, 1, samples);
        _partLength = Group * Plane;
        int slack = (2 * _row) + 2 + Slack;
        _gradientStart = (stride * stride * _partLength) + slack;
        _resultStart = _gradientStart + _partLength + slack;
        _activationStart = _resultStart + (stride * stride * _partLength) + slack;
        _maskedStart = _activationStart + (Group * layer.InputSide * layer.InputSide);
        int length = _maskedStart + (Group * layer.OutputSide * layer.OutputSide);
        _memory = ArrayPool<float>.Shared.Rent(length);
        _memory.AsSpan(0, length).Clear();
        Shifts = Taps.Select(tap => (Part(tap) * _partLength) + (tap / 3 / stride * _row) + (tap % 3 / stride)).ToArray();
        Turned = Taps.Select(tap => ((stride == 1 ? 2 - (tap / 3) : 1 - (tap / 6)) * _row)
            + (stride == 1 ? 2 - (tap % 3) : 1 - (tap % 3 / 2))).ToArray();
    }

    /// <summary>Number of values of one plane, with its border.</summary>
    public int Plane { get; }

    /// <summary>Number of samples that are processed together.</summary>
    public int Group { get; }

    /// <summary>For each tap, how far its values in <see cref="Input"/> lie behind those of the result.</summary>
    public int[] Shifts { get; }

    /// <summary>For each tap, how far its values in <see cref="Gradient"/> lie behind those of the input's gradient.</summary>
    public int[] Turned { get; }

    /// <summary>The input with its borders; at stride 2 in four parts.</summary>
    public Span<float> Input => _memory.AsSpan(0, _gradientStart);

    /// <summary>The gradient of the convolution, a row and a column inside its planes.</summary>
    public Span<float> Gradient => _memory.AsSpan(_gradientStart, _resultStart - _gradientStart);

    /// <summary>The same without the row and the column before.</summary>
    public Span<float> GradientInside => Gradient[(_row + 1)..];

    /// <summary>What is computed, in planes or parts of planes whose borders mean nothing.</summary>
    public Span<float> Result => _memory.AsSpan(_resultStart, _activationStart - _resultStart);

    /// <summary>Room for the input of a group without borders.</summary>
    public Span<float> Activation => _memory.AsSpan(_activationStart, _maskedStart - _activationStart);

    /// <summary>Room for the gradient of a group without borders.</summary>
    public Span<float> Masked => _memory.AsSpan(_maskedStart);

    private static IEnumerable<int> Taps => Enumerable.Range(0, 9);

    /// <summary>The part of the input that a tap reads.</summary>
    public int Part(int tap)
    {
        int stride = _layer.Layer.Stride;
        return (tap / 3 % stride * stride) + (tap % 3 % stride);
    }

    /// <summary>The result's planes of a part.</summary>
    public Span<float> ResultPart(int part) => Result[(part * _partLength)..];

    /// <summary>Lays out one sample's input.</summary>
    public void PlaceInput(ReadOnlySpan<float> values, int sample)
    {
        int side = _layer.InputSide;
        for (int row = 0; row < side; row++)
        {
            ReadOnlySpan<float> source = values.Slice(row * side, side);
            if (_layer.Layer.Stride == 1)
            {
                source.CopyTo(_memory.AsSpan((sample * Plane) + ((row + 1) * _row) + 1));
                continue;
            }

            Lines(_memory, sample, row, out Span<float> first, out Span<float> second);
            Pairs.Split(source, first, second);
        }
    }

    /// <summary>Lays out one sample's gradient of the convolution.</summary>
    public void PlaceGradient(ReadOnlySpan<float> values, int sample)
    {
        int side = _layer.OutputSide;
        Span<float> plane = GradientInside[(sample * Plane)..];
        for (int row = 0; row < side; row++)
        {
            values.Slice(row * side, side).CopyTo(plane[(row * _row)..]);
        }
    }

    /// <summary>Takes one sample's convolution out of the result.</summary>
    public void TakeOutput(int sample, Span<float> values) => Take(Result[(sample * Plane)..], _layer.OutputSide, values);

    /// <summary>Takes one sample's gradient of the input out of the result.</summary>
    public void TakeInputGradient(int sample, Span<float> values)
    {
        int side = _layer.InputSide;
        if (_layer.Layer.Stride == 1)
        {
            Take(Result[(sample * Plane)..], side, values);
            return;
        }

        for (int row = 0; row < side; row++)
        {
            Lines(Result, sample, row, out Span<float> first, out Span<float> second);
            Pairs.Join(first, second, values.Slice(row * side, side));
        }
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_memory);

    private void Take(ReadOnlySpan<float> plane, int side, Span<float> values)
    {
        for (int row = 0; row < side; row++)
        {
            plane.Slice(row * _row, side).CopyTo(values[(row * side)..]);
        }
    }

    // Where a row's first and second values of each pair lie in four parts.
    private void Lines(Span<float> parts, int sample, int row, out Span<float> first, out Span<float> second)
    {
        int padded = row + _layer.PadBefore;
        int start = (sample * Plane) + ((padded >> 1) * _row);
        int part = (padded & 1) * 2;
        Span<float> even = parts.Slice((part * _partLength) + start, _row);
        Span<float> odd = parts.Slice(((part + 1) * _partLength) + start, _row);
        first = _layer.PadBefore == 0 ? even : odd;
        second = _layer.PadBefore == 0 ? odd : even[1..];
    }
}

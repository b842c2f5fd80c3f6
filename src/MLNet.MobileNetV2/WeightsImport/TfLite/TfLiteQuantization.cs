using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>Scales and zero points of a TFLite tensor: one for the whole tensor or one for each channel.</summary>
internal readonly struct TfLiteQuantization
{
    // Indices of fields in TensorFlow Lite's schema.fbs.
    private const int ScaleField = 2;
    private const int ZeroPointField = 3;
    private const int DimensionField = 6;

    private readonly FlatVector _scales;
    private readonly FlatVector _zeroPoints;

    private TfLiteQuantization(FlatVector scales, FlatVector zeroPoints)
    {
        _scales = scales;
        _zeroPoints = zeroPoints;
    }

    public static TfLiteQuantization Read(TfLiteTensor tensor, FlatTable? table, int channels, int channelAxis)
    {
        FlatTable found = table ?? throw tensor.Error("it holds integers without a scale.");
        FlatVector scales = found.Vector(ScaleField, sizeof(float));
        FlatVector zeroPoints = found.Vector(ZeroPointField, sizeof(long));
        if (scales.Count != 1 && scales.Count != channels)
        {
            throw tensor.Error($"it has {scales.Count} scales; one, or one for each of {channels} channels, is allowed.");
        }

        if (zeroPoints.Count != 0 && zeroPoints.Count != scales.Count)
        {
            throw tensor.Error($"it has {zeroPoints.Count} zero points for {scales.Count} scales.");
        }

        int dimension = found.Int32(DimensionField);
        if (scales.Count > 1 && dimension != channelAxis)
        {
            throw tensor.Error($"its scales run along dimension {dimension}; its channels are dimension {channelAxis}.");
        }

        return new(scales, zeroPoints);
    }

    /// <summary>The first scale and its zero point.</summary>
    public (double Scale, long ZeroPoint) Single() => (_scales.Single(0), _zeroPoints.Count == 0 ? 0 : _zeroPoints.Int64(0));

    /// <summary>Fills <paramref name="values"/> where consecutive runs of <paramref name="stride"/> values share a channel.</summary>
    public void Dequantize(TfLiteTensorType type, ReadOnlySpan<byte> data, Span<float> values, int channels, int stride)
    {
        for (int start = 0, channel = 0; start < values.Length; start += stride, channel = channel + 1 == channels ? 0 : channel + 1)
        {
            Span<float> run = values.Slice(start, stride);
            int quantizedBy = _scales.Count == 1 ? 0 : channel;
            double scale = _scales.Single(quantizedBy);
            long zeroPoint = _zeroPoints.Count == 0 ? 0 : _zeroPoints.Int64(quantizedBy);
            switch (type)
            {
                case TfLiteTensorType.UInt8:
                    Scale(data.Slice(start, stride), run, scale, zeroPoint);
                    break;
                case TfLiteTensorType.Int8:
                    Scale(MemoryMarshal.Cast<byte, sbyte>(data.Slice(start, stride)), run, scale, zeroPoint);
                    break;
                default:
                    Scale(MemoryMarshal.Cast<byte, int>(data.Slice(start * sizeof(int), stride * sizeof(int))), run, scale, zeroPoint);
                    break;
            }
        }
    }

    // In double, so that a large bias is not rounded before it is scaled. Weights are read once in a process: code that is
    // tuned after some calls would come too late.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<T>(ReadOnlySpan<T> stored, Span<float> values, double scale, double zeroPoint)
        where T : struct, INumberBase<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((double.CreateTruncating(stored[i]) - zeroPoint) * scale);
        }
    }
}

using System.Buffers;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>Pictures in, features or logits out: the preprocessor and one ONNX Runtime session. Thread-safe; disposes its session.</summary>
internal sealed class PictureNetwork : IDisposable
{
    private readonly ImagePreprocessor _preprocessor;
    private readonly NetworkSession _session;

    public PictureNetwork(MobileNetV2Weights weights, InferenceGraphOutputs output, FeatureTap tap, int intraOpThreadCount)
    {
        Weights = weights;
        _preprocessor = new ImagePreprocessor(weights.Preprocessing);
        _session = new NetworkSession(weights, output, tap, intraOpThreadCount);
    }

    public MobileNetV2Weights Weights { get; }

    /// <summary>Number of values that each run gives.</summary>
    public int OutputLength => _session.OutputLength;

    /// <summary>Runs the network on a picture file.</summary>
    public void RunFile(string path, Span<float> output) =>
        Run(path, static (preprocessor, source, rgba) => preprocessor.FromFile(source, rgba), output);

    /// <summary>Runs the network on an encoded picture.</summary>
    public void RunEncoded(ReadOnlySpan<byte> encoded, Span<float> output) =>
        Run(encoded, static (preprocessor, source, rgba) => preprocessor.FromEncoded(source, null, rgba), output);

    /// <summary>Runs the network on a decoded picture; null is a bad picture.</summary>
    public void RunImage(MLImage? image, Span<float> output) =>
        Run(image, static (preprocessor, source, rgba) => preprocessor.FromImage(source, rgba), output);

    /// <summary>Runs the network on pixels that are prepared already: planar, 0..255, the network's input size.</summary>
    public void RunPixels(in VBuffer<float> pixels, Span<float> output)
    {
        float[] input = ArrayPool<float>.Shared.Rent(_session.InputLength);
        try
        {
            pixels.CopyTo(input.AsSpan(0, _session.InputLength));
            _session.Run(input, output);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }

    public void Dispose() => _session.Dispose();

    private void Run<TSource>(TSource source, Action<ImagePreprocessor, TSource, Span<byte>> read, Span<float> output)
        where TSource : allows ref struct
    {
        using var rgba = new PooledBytes(_preprocessor.ByteCount);
        float[] input = ArrayPool<float>.Shared.Rent(_session.InputLength);
        try
        {
            read(_preprocessor, source, rgba.Span);
            PixelTensor.Fill(rgba.Span, input.AsSpan(0, _session.InputLength), Weights.Preprocessing.ChannelOrder);
            _session.Run(input, output);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }
}

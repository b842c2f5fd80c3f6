using System.Buffers;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Pictures in, features or logits out: the preprocessor and one ONNX Runtime session. Thread-safe; disposes its session.</summary>
internal sealed class PictureNetwork : IDisposable
{
    private readonly ImagePreprocessor _preprocessor;
    private readonly NetworkSession _session;

    public PictureNetwork(MobileNetV2Weights weights, InferenceGraphOutputs output, FeatureTap tap, int intraOpThreadCount)
        : this(weights, output, tap, new NetworkSessionOptions(intraOpThreadCount))
    {
    }

    public PictureNetwork(MobileNetV2Weights weights, InferenceGraphOutputs output, FeatureTap tap, NetworkSessionOptions options)
    {
        Weights = weights;
        _preprocessor = new ImagePreprocessor(weights.Preprocessing);
        _session = new NetworkSession(weights, output, tap, options);
    }

    public MobileNetV2Weights Weights { get; }

    /// <summary>Number of values of one picture's input.</summary>
    public int InputLength => _session.InputLength;

    /// <summary>Number of values that the network gives for one picture.</summary>
    public int OutputLength => _session.OutputLength;

    /// <summary>Turns a picture file into the network's input.</summary>
    public void PrepareFile(string path, Span<float> pixels) =>
        Prepare(path, static (preprocessor, source, rgba) => preprocessor.FromFile(source, rgba), pixels);

    /// <summary>Turns an encoded picture into the network's input.</summary>
    /// <param name="encoded">Its bytes.</param>
    /// <param name="path">The file that they come from, for messages, or null.</param>
    /// <param name="pixels">Takes the input.</param>
    public void PrepareEncoded(ReadOnlySpan<byte> encoded, string? path, Span<float> pixels)
    {
        using var rgba = new PooledBytes(_preprocessor.ByteCount);
        _preprocessor.FromEncoded(encoded, path, rgba.Span);
        PixelTensor.Fill(rgba.Span, pixels, Weights.Preprocessing.ChannelOrder);
    }

    /// <summary>Turns a decoded picture into the network's input; null is a bad picture.</summary>
    public void PrepareImage(MLImage? image, Span<float> pixels) =>
        Prepare(image, static (preprocessor, source, rgba) => preprocessor.FromImage(source, rgba), pixels);

    /// <summary>Runs the network on pictures that are prepared: planar, 0..255, the network's input size, one after another.</summary>
    /// <param name="pixels">An array that starts with the pictures.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="output">Takes <see cref="OutputLength"/> values a picture.</param>
    public void Run(float[] pixels, int count, Span<float> output) => _session.Run(pixels, count, output);

    /// <summary>Prepares one picture and runs the network on it.</summary>
    public void Run<TSource>(TSource source, Action<PictureNetwork, TSource, Span<float>> prepare, Span<float> output)
        where TSource : allows ref struct
    {
        float[] pixels = ArrayPool<float>.Shared.Rent(InputLength);
        try
        {
            prepare(this, source, pixels.AsSpan(0, InputLength));
            Run(pixels, 1, output);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    public void Dispose() => _session.Dispose();

    private void Prepare<TSource>(TSource source, Action<ImagePreprocessor, TSource, Span<byte>> read, Span<float> pixels)
        where TSource : allows ref struct
    {
        using var rgba = new PooledBytes(_preprocessor.ByteCount);
        read(_preprocessor, source, rgba.Span);
        PixelTensor.Fill(rgba.Span, pixels, Weights.Preprocessing.ChannelOrder);
    }
}

using System.Collections.Concurrent;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Encoded pictures in, the most probable classes out: the preprocessor and one ONNX Runtime session. Thread-safe; owns the session.</summary>
internal sealed class PictureScorer : IDisposable
{
    private sealed record Buffers(byte[] Rgba, float[] Pixels, float[] Probabilities);

    private readonly ImagePreprocessor _preprocessor;
    private readonly ImageChannelOrder _channelOrder;
    private readonly NetworkSession _session;
    private readonly int _maxEncodedBytes;

    // As many as were ever in use at once. They are large objects, which a shared pool would drop and make again.
    private readonly ConcurrentStack<Buffers> _free = [];

    /// <summary>Loads the model's graph.</summary>
    public PictureScorer(ServedModel model, MobileNetV2PredictorOptions options)
    {
        Labels = model.Network.Labels;
        _preprocessor = new ImagePreprocessor(model.Preprocessing, options.MaxPixels);
        _channelOrder = model.Preprocessing.ChannelOrder;
        _maxEncodedBytes = options.MaxEncodedBytes;
        _session = new NetworkSession(
            model.Network.Bytes, model.Preprocessing.Size, ModelTensors.Probabilities, Labels.Count, options.SessionOptions);
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Scores a picture file.</summary>
    public IReadOnlyList<ClassScore> ScoreFile(string? path, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using PooledBytes encoded = EncodedFile.Read(path, _maxEncodedBytes);
        return Score(encoded.Span, path, top, cancellationToken);
    }

    /// <summary>Scores an encoded picture.</summary>
    public IReadOnlyList<ClassScore> ScoreEncoded(ReadOnlySpan<byte> encoded, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return encoded.Length <= _maxEncodedBytes
            ? Score(encoded, null, top, cancellationToken)
            : throw new BadImageException(null, $"it has {encoded.Length} bytes; at most {_maxEncodedBytes} are allowed.");
    }

    public void Dispose() => _session.Dispose();

    private IReadOnlyList<ClassScore> Score(ReadOnlySpan<byte> encoded, string? path, int top, CancellationToken cancellationToken)
    {
        if (!_free.TryPop(out Buffers? buffers))
        {
            buffers = new(new byte[_preprocessor.ByteCount], new float[_session.InputLength], new float[_session.OutputLength]);
        }

        try
        {
            _preprocessor.FromEncoded(encoded, path, buffers.Rgba);
            PixelTensor.Fill(buffers.Rgba, buffers.Pixels, _channelOrder);
            cancellationToken.ThrowIfCancellationRequested();
            _session.Run(buffers.Pixels, buffers.Probabilities);
            return ClassRanking.Top(Labels, buffers.Probabilities, top);
        }
        finally
        {
            _free.Push(buffers);
        }
    }
}

using System.Buffers;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Encoded images in, the most probable classes out. Thread-safe; owns the network.</summary>
internal sealed class ImageScorer : IDisposable
{
    private readonly PictureNetwork _network;
    private readonly int _maxEncodedBytes;

    public ImageScorer(ServedModel model, MobileNetV2PredictorOptions options)
    {
        Labels = model.Labels;
        _maxEncodedBytes = options.MaxEncodedBytes;
        int size = model.Preprocessing.Size;
        var session = new NetworkSession(
            model.Graph, ModelTensors.Pixels, [3, size, size], ModelTensors.Probabilities, Labels.Count, options.SessionOptions);
        _network = new PictureNetwork(new ImagePreprocessor(model.Preprocessing, options.MaxPixels), session);
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Scores an image file.</summary>
    public IReadOnlyList<ClassScore> ScoreFile(string? path, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using PooledBytes encoded = EncodedFile.Read(path, _maxEncodedBytes);
        return Score(encoded.Span, path, top, cancellationToken);
    }

    /// <summary>Scores an encoded image.</summary>
    public IReadOnlyList<ClassScore> ScoreEncoded(ReadOnlySpan<byte> encoded, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EncodedFile.CheckLimit(path: null, encoded.Length, _maxEncodedBytes);
        return Score(encoded, null, top, cancellationToken);
    }

    /// <summary>Scores a decoded image.</summary>
    public IReadOnlyList<ClassScore> ScoreImage(MLImage image, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Score(image, static (preprocessor, image, pixels) => preprocessor.FromImage(image, pixels), top);
    }

    public void Dispose() => _network.Dispose();

    private IReadOnlyList<ClassScore> Score(ReadOnlySpan<byte> encoded, string? path, int top, CancellationToken cancellationToken)
    {
        return Score(encoded, Prepare, top);

        void Prepare(ImagePreprocessor preprocessor, ReadOnlySpan<byte> image, Span<float> pixels)
        {
            preprocessor.FromEncoded(image, path, pixels);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private IReadOnlyList<ClassScore> Score<TSource>(TSource source, Action<ImagePreprocessor, TSource, Span<float>> prepare, int top)
        where TSource : allows ref struct
    {
        float[] pooled = ArrayPool<float>.Shared.Rent(Labels.Count);
        try
        {
            Span<float> probabilities = pooled.AsSpan(0, Labels.Count);
            _network.Run(source, prepare, probabilities);
            return ClassScore.Top(Labels, probabilities, top);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pooled);
        }
    }
}

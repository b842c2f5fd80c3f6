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
    private readonly int _outputs;

    public ImageScorer(ServedModel model, MobileNetV2PredictorOptions options)
    {
        Labels = model.Labels;
        UnknownLabel = model.UnknownLabel;
        _maxEncodedBytes = options.MaxEncodedBytes;
        int size = model.Preprocessing.Size;
        int classes = Labels.Count;
        (byte[] graph, string output, _outputs) = UnknownLabel is null
            ? (model.Graph, ModelTensors.Probabilities, classes)
            : (ScoringGraph.WithVerdict(model.Graph, classes), ScoringGraph.Verdict, classes + 1);
        var session = new NetworkSession(graph, ModelTensors.Pixels, [3, size, size], output, _outputs, options.SessionOptions);
        _network = new PictureNetwork(new ImagePreprocessor(model.Preprocessing, options.MaxPixels), session);
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>What an image of no class is called; null where none is.</summary>
    public string? UnknownLabel { get; }

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

    private IReadOnlyList<ClassScore> Score(ReadOnlySpan<byte> encoded, string? path, int top, CancellationToken cancellationToken) =>
        Score(encoded, PictureNetwork.Encoded(path, cancellationToken), top);

    private IReadOnlyList<ClassScore> Score<TSource>(TSource source, Action<ImagePreprocessor, TSource, Span<float>> prepare, int top)
        where TSource : allows ref struct
    {
        float[] pooled = ArrayPool<float>.Shared.Rent(_outputs);
        try
        {
            Span<float> verdict = pooled.AsSpan(0, _outputs);
            _network.Run(source, prepare, verdict);
            IReadOnlyList<ClassScore> classes = ClassScore.Top(Labels, verdict[..Labels.Count], top);
            return UnknownLabel is not null && verdict[^1] > 0 ? [ClassScore.Unknown(UnknownLabel), .. classes] : classes;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pooled);
        }
    }
}

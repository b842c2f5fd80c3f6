using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Encoded images in, the features that the classifier takes out. Thread-safe; owns the network.</summary>
internal sealed class ImageFeaturizer : IDisposable
{
    private readonly PictureNetwork _network;
    private readonly int _maxEncodedBytes;

    public ImageFeaturizer(ServedModel model, MobileNetV2PredictorOptions options)
    {
        _maxEncodedBytes = options.MaxEncodedBytes;
        int size = model.Preprocessing.Size;
        var session = new NetworkSession(
            model.Graph, ModelTensors.Pixels, [3, size, size], ModelTensors.Features, outputLength: 0, options.SessionOptions);
        _network = new PictureNetwork(new ImagePreprocessor(model.Preprocessing, options.MaxPixels), session);
    }

    /// <summary>The features of an image file.</summary>
    public float[] FeaturizeFile(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using PooledBytes encoded = EncodedFile.Read(path, _maxEncodedBytes);
        return _network.Run(encoded.Span, PictureNetwork.Encoded(path, cancellationToken));
    }

    /// <summary>The features of an encoded image.</summary>
    public float[] FeaturizeEncoded(ReadOnlySpan<byte> encoded, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EncodedFile.CheckLimit(path: null, encoded.Length, _maxEncodedBytes);
        return _network.Run(encoded, PictureNetwork.Encoded(path: null, cancellationToken));
    }

    public void Dispose() => _network.Dispose();
}

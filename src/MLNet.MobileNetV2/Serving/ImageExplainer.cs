using System.Numerics.Tensors;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Encoded images in, class activation maps out. Thread-safe; owns the network.</summary>
internal sealed class ImageExplainer : IDisposable
{
    private readonly PictureNetwork _network;
    private readonly ImagePreprocessing _preprocessing;
    private readonly IReadOnlyList<string> _labels;
    private readonly float[] _biases;
    private readonly MobileNetV2PredictorOptions _options;

    /// <summary>Makes the network of the maps.</summary>
    /// <exception cref="NotSupportedException">The model's classifier does not take the means of maps.</exception>
    public ImageExplainer(ServedModel model, MobileNetV2PredictorOptions options)
    {
        (_preprocessing, _labels, _options) = (model.Preprocessing, model.Labels, options);
        var graph = ActivationMapGraph.Of(model.Graph);
        _biases = graph.Biases;
        int size = model.Preprocessing.Size;
        var session = new NetworkSession(
            graph.Bytes, ModelTensors.Pixels, [3, size, size], ActivationMapGraph.Maps, outputLength: 0, options.SessionOptions);
        _network = new PictureNetwork(new ImagePreprocessor(model.Preprocessing, options.MaxPixels), session);
    }

    /// <summary>Explains the score of a class of an image file; null for the most probable class.</summary>
    public ImageExplanation ExplainFile(string path, int? classIndex, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using PooledBytes encoded = EncodedFile.Read(path, _options.MaxEncodedBytes);
        return Explain(encoded.Span, path, classIndex, cancellationToken);
    }

    /// <summary>Explains the score of a class of an encoded image; null for the most probable class.</summary>
    public ImageExplanation ExplainEncoded(ReadOnlySpan<byte> encoded, int? classIndex, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EncodedFile.CheckLimit(path: null, encoded.Length, _options.MaxEncodedBytes);
        return Explain(encoded, path: null, classIndex, cancellationToken);
    }

    public void Dispose() => _network.Dispose();

    private ImageExplanation Explain(ReadOnlySpan<byte> encoded, string? path, int? classIndex, CancellationToken cancellationToken)
    {
        ImageHeader header = ImageDecoder.ReadHeader(encoded, path, _options.MaxPixels);
        float[] maps = _network.Run(encoded, PictureNetwork.Encoded(path, cancellationToken));
        int places = maps.Length / _labels.Count;
        float[] scores = new float[_labels.Count];
        for (int c = 0; c < scores.Length; c++)
        {
            scores[c] = (TensorPrimitives.Sum(maps.AsSpan(c * places, places)) / places) + _biases[c];
        }

        TensorPrimitives.SoftMax(scores, scores);
        int index = classIndex ?? TensorPrimitives.IndexOfMax(scores);
        return new(
            new ClassScore(index, _labels[index], scores[index]),
            maps.AsSpan(index * places, places).ToArray(),
            _biases[index],
            header.Size,
            _preprocessing);
    }
}

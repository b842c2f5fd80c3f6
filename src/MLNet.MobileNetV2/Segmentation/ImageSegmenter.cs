using System.Buffers;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Segmentation;

/// <summary>Encoded images in, the class of each pixel out. Thread-safe; owns the network.</summary>
internal sealed class ImageSegmenter : IDisposable
{
    private readonly PictureNetwork _network;
    private readonly MobileNetV2SegmenterOptions _options;
    private readonly int _imageSide;
    private readonly int _mapSide;

    public ImageSegmenter(SegmentationWeights weights, IReadOnlyList<string> labels, MobileNetV2SegmenterOptions options)
    {
        Labels = labels;
        _options = options;
        _imageSide = weights.Preprocessing.Size;
        _mapSide = weights.MapSide;
        var session = new NetworkSession(
            SegmentationGraph.Write(weights, options.KeepTrainedRanges, withClasses: false),
            ModelTensors.Pixels,
            [3, _imageSide, _imageSide],
            ModelTensors.Logits,
            weights.ClassCount * _mapSide * _mapSide,
            options.SessionOptions);
        _network = new PictureNetwork(new ImagePreprocessor(weights.Preprocessing, options.MaxPixels), session);
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Segments an image file.</summary>
    public SegmentedImage SegmentFile(string? path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using PooledBytes encoded = EncodedFile.Read(path, _options.MaxEncodedBytes);
        return Segment(encoded.Span, path, cancellationToken);
    }

    /// <summary>Segments an encoded image.</summary>
    public SegmentedImage SegmentEncoded(ReadOnlySpan<byte> encoded, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EncodedFile.CheckLimit(path: null, encoded.Length, _options.MaxEncodedBytes);
        return Segment(encoded, null, cancellationToken);
    }

    public void Dispose() => _network.Dispose();

    private SegmentedImage Segment(ReadOnlySpan<byte> encoded, string? path, CancellationToken cancellationToken)
    {
        (int Width, int Height) image = ImageDecoder.ReadHeader(encoded, path, _options.MaxPixels).Size;
        float[] logits = ArrayPool<float>.Shared.Rent(_network.OutputLength);
        try
        {
            Span<float> given = logits.AsSpan(0, _network.OutputLength);
            _network.Run(encoded, PictureNetwork.Encoded(path, cancellationToken), given);
            cancellationToken.ThrowIfCancellationRequested();
            (int Width, int Height) map = _options.MapSize == SegmentationMapSize.Photo ? image : (_imageSide, _imageSide);
            return new(new LogitMap(given, _mapSide, Labels.Count, _imageSide), Labels, image, map, cancellationToken);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(logits);
        }
    }
}

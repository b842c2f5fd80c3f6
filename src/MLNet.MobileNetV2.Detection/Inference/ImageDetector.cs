using System.Buffers;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Detection.Inference;

/// <summary>Encoded images in, objects out. Thread-safe; owns the network.</summary>
internal sealed class ImageDetector : IDisposable
{
    private readonly PictureNetwork _network;
    private readonly MobileNetV2DetectorOptions _options;

    public ImageDetector(DetectionWeights weights, MobileNetV2DetectorOptions options)
    {
        Labels = weights.Labels;
        _options = options;
        int size = weights.Preprocessing.Size;
        int top = Math.Min(options.Top, weights.Anchors.Anchors.Count);
        var session = new NetworkSession(
            DetectionGraph.Write(weights, options.Threshold, options.Overlap, top),
            ModelTensors.Pixels,
            [3, size, size],
            DetectionGraph.Detections,
            top * DetectionRow.Length,
            options.SessionOptions);
        _network = new PictureNetwork(new ImagePreprocessor(weights.Preprocessing, options.MaxPixels), session);
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Finds the objects of an image file.</summary>
    public IReadOnlyList<DetectedObject> DetectFile(string? path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using PooledBytes encoded = EncodedFile.Read(path, _options.MaxEncodedBytes);
        return Detect(encoded.Span, path, cancellationToken);
    }

    /// <summary>Finds the objects of an encoded image.</summary>
    public IReadOnlyList<DetectedObject> DetectEncoded(ReadOnlySpan<byte> encoded, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return encoded.Length <= _options.MaxEncodedBytes
            ? Detect(encoded, null, cancellationToken)
            : throw new BadImageException(null, $"it has {encoded.Length} bytes; at most {_options.MaxEncodedBytes} are allowed.");
    }

    public void Dispose() => _network.Dispose();

    private List<DetectedObject> Detect(ReadOnlySpan<byte> encoded, string? path, CancellationToken cancellationToken)
    {
        ImageHeader header = ImageDecoder.ReadHeader(encoded, path, _options.MaxPixels);
        float[] rows = ArrayPool<float>.Shared.Rent(_network.OutputLength);
        try
        {
            int length = _network.Run(encoded, Prepare, rows);
            return Objects(rows.AsSpan(0, length), header.Width, header.Height);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rows);
        }

        void Prepare(ImagePreprocessor preprocessor, ReadOnlySpan<byte> bytes, Span<float> pixels)
        {
            preprocessor.FromEncoded(bytes, path, pixels);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private List<DetectedObject> Objects(ReadOnlySpan<float> rows, int width, int height)
    {
        var objects = new List<DetectedObject>(rows.Length / DetectionRow.Length);
        for (; !rows.IsEmpty; rows = rows[DetectionRow.Length..])
        {
            DetectionRow row = DetectionRow.Read(rows);
            BoundingBox box = row.Box.ToPixels(width, height).Clip(width, height);

            // What is found beyond an edge of the photo has no part in it.
            if (box.Area > 0)
            {
                objects.Add(new(Labels[row.Class], row.Score, box));
            }
        }

        return objects;
    }
}

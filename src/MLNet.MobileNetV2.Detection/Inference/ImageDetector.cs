using System.Buffers;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Views;
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

    /// <summary>Finds the objects of an image of a data set.</summary>
    public IReadOnlyList<DetectedObject> DetectSource(ImageSource source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return source.Read(encoded => Detect(encoded, source.Path, cancellationToken));
    }

    /// <summary>Finds the objects of an encoded image.</summary>
    public IReadOnlyList<DetectedObject> DetectEncoded(ReadOnlySpan<byte> encoded, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EncodedFile.CheckLimit(path: null, encoded.Length, _options.MaxEncodedBytes);
        return Detect(encoded, null, cancellationToken);
    }

    /// <summary>Finds the objects of an image that ML.NET has decoded, as it is.</summary>
    public IReadOnlyList<DetectedObject> DetectImage(MLImage? image) => Run(
        image, (preprocessor, decoded, pixels) => preprocessor.FromImage(decoded, pixels), () => (image!.Width, image.Height));

    public void Dispose() => _network.Dispose();

    private List<DetectedObject> Detect(ReadOnlySpan<byte> encoded, string? path, CancellationToken cancellationToken)
    {
        ImageHeader header = ImageDecoder.ReadHeader(encoded, path, _options.MaxPixels);
        return Run(encoded, PictureNetwork.Encoded(path, cancellationToken), () => header.Size);
    }

    private List<DetectedObject> Run<TSource>(
        TSource source, Action<ImagePreprocessor, TSource, Span<float>> prepare, Func<(int Width, int Height)> size)
        where TSource : allows ref struct
    {
        float[] rows = ArrayPool<float>.Shared.Rent(_network.OutputLength);
        try
        {
            int length = _network.Run(source, prepare, rows);
            (int width, int height) = size();
            return DetectionRow.Objects(rows.AsSpan(0, length), Labels, width, height);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rows);
        }
    }
}

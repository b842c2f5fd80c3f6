using Microsoft.ML.Data;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2;

/// <summary>Finds objects in images, for many callers at a time.</summary>
/// <remarks>
/// <para>
/// Runs SSDLite on MobileNetV2 (arXiv 1801.04381, section 6.2), from pixels to the chosen boxes, in one ONNX Runtime session. Images are
/// decoded upright (EXIF) and squashed to the network's square, antialiased. Objects come best first; their boxes are in the pixels of the
/// upright photo and end at its edges.
/// </para>
/// <para>
/// Thread-safe: make one and share it. At most <see cref="MobileNetV2DetectorOptions.MaxConcurrency"/> images are worked on at a time, and
/// further calls wait for their turn; streams are read before it. Cancellation is looked at while a call waits and between its steps.
/// </para>
/// <para>
/// Owns native memory: dispose it after use. That waits for the images at work; later calls, and those that wait for their turn, throw
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
public sealed class MobileNetV2Detector : IDisposable
{
    private readonly ImageDetector _detector;
    private readonly MobileNetV2DetectorOptions _options;
    private readonly WorkGate _gate;

    private MobileNetV2Detector(DetectionWeights weights, MobileNetV2DetectorOptions options)
    {
        _options = options;
        _gate = new WorkGate(options.Concurrency, typeof(MobileNetV2Detector));
        _detector = new ImageDetector(weights, options);
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels => _detector.Labels;

    /// <summary>
    /// Makes a detector of COCO's 80 classes with the weights in the package, ssdlite_mobilenet_v2 of TensorFlow's Object Detection API in
    /// float16: it works with no network.
    /// </summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Detector CreatePretrained(MobileNetV2DetectorOptions? options = null)
    {
        options ??= new();
        options.Validate();
        return new(CocoDetector.Read(), options);
    }

    /// <summary>Makes a detector of a model's classes.</summary>
    /// <param name="model">The model, for example one that was trained on one's own boxes.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Detector Create(DetectorModel model, MobileNetV2DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        options.Validate();
        return new(model.Weights, options);
    }

    /// <summary>Makes a detector of a saved model.</summary>
    /// <param name="path">The model's file, as <see cref="DetectorModel.Load"/> takes it. It is closed again.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged, or holds something else.</exception>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Detector Load(string path, MobileNetV2DetectorOptions? options = null) =>
        Create(DetectorModel.Load(path), options);

    /// <summary>Finds the objects of an image file.</summary>
    /// <param name="path">A JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BadImageException">The file cannot be used; the error names it and the reason.</exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public IReadOnlyList<DetectedObject> Detect(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _gate.Run(() => _detector.DetectFile(path, cancellationToken), cancellationToken);
    }

    /// <summary>Finds the objects of an encoded image.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BadImageException">The bytes are not an image that can be used; the error says why.</exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public IReadOnlyList<DetectedObject> Detect(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken = default) =>
        _gate.Run(() => _detector.DetectEncoded(encoded.Span, cancellationToken), cancellationToken);

    /// <summary>Finds the objects of an encoded image, read from a stream to its end.</summary>
    /// <param name="stream">The stream, which stays open. What it throws passes.</param>
    /// <param name="cancellationToken">Stops the call; also looked at before each read.</param>
    /// <exception cref="BadImageException">
    /// The stream holds more bytes than <see cref="MobileNetV2DetectorOptions.MaxEncodedBytes"/>, or no image that can be used.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public IReadOnlyList<DetectedObject> Detect(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _gate.ThrowIfClosed();
        using PooledBytes encoded = EncodedStream.Read(stream, _options.MaxEncodedBytes, cancellationToken);
        return Detect(encoded.Memory, cancellationToken);
    }

    /// <summary>Finds the objects of an image that ML.NET has decoded, as it is: its EXIF orientation is not known.</summary>
    /// <param name="image">The image, which stays the caller's.</param>
    /// <param name="cancellationToken">Stops the call while it waits for its turn.</param>
    /// <exception cref="BadImageException">The image cannot be used; the error says why.</exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public IReadOnlyList<DetectedObject> Detect(MLImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return _gate.Run(() => _detector.DetectImage(image), cancellationToken);
    }

    /// <summary>Finds the objects of an image file on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Detect(string, CancellationToken)"/>
    public Task<IReadOnlyList<DetectedObject>> DetectAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _gate.RunAsync(() => _detector.DetectFile(path, cancellationToken), cancellationToken);
    }

    /// <summary>Finds the objects of an encoded image on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Detect(ReadOnlyMemory{byte}, CancellationToken)"/>
    public Task<IReadOnlyList<DetectedObject>> DetectAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken = default) =>
        _gate.RunAsync(() => _detector.DetectEncoded(encoded.Span, cancellationToken), cancellationToken);

    /// <summary>Finds the objects of an encoded image, read from a stream to its end without blocking a thread.</summary>
    /// <inheritdoc cref="Detect(Stream, CancellationToken)"/>
    public Task<IReadOnlyList<DetectedObject>> DetectAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAndDetectAsync(stream, cancellationToken);
    }

    /// <summary>Waits for the images at work, then releases the inference session. Later calls throw.</summary>
    public void Dispose()
    {
        if (_gate.Close())
        {
            _detector.Dispose();
        }
    }

    private async Task<IReadOnlyList<DetectedObject>> ReadAndDetectAsync(Stream stream, CancellationToken cancellationToken)
    {
        _gate.ThrowIfClosed();
        using PooledBytes encoded =
            await EncodedStream.ReadAsync(stream, _options.MaxEncodedBytes, cancellationToken).ConfigureAwait(false);
        return await DetectAsync(encoded.Memory, cancellationToken).ConfigureAwait(false);
    }
}

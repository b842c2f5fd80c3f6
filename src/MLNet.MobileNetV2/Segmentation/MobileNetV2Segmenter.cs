using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Segmentation;
using MLNet.MobileNetV2.Serving;
using MLNet.MobileNetV2.Validation;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2;

/// <summary>Finds the class of each pixel of images, for many callers at a time.</summary>
/// <remarks>
/// <para>
/// Runs DeepLabv3's reduced head on MobileNetV2 (arXiv 1801.04381, section 6.3) in one ONNX Runtime session. Images are decoded upright
/// (EXIF) and squashed to the network's square, antialiased.
/// </para>
/// <para>
/// Thread-safe: make one and share it. At most <see cref="MobileNetV2SegmenterOptions.MaxConcurrency"/> images are worked on at a time, and
/// further calls wait for their turn; streams are read before it. Cancellation is looked at while a call waits, between its steps and
/// while the map is made.
/// </para>
/// <para>
/// Owns native memory: dispose it after use. That waits for the images at work; later calls, and those that wait for their turn, throw
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
public sealed class MobileNetV2Segmenter : IDisposable
{
    private readonly ImageSegmenter _segmenter;
    private readonly MobileNetV2SegmenterOptions _options;
    private readonly WorkGate _gate;

    private MobileNetV2Segmenter(SegmentationWeights weights, IReadOnlyList<string> labels, MobileNetV2SegmenterOptions options)
    {
        _options = options;
        _gate = new WorkGate(options.Concurrency, typeof(MobileNetV2Segmenter));
        _segmenter = new ImageSegmenter(weights, labels, options);
    }

    /// <summary>Names of the classes by their numbers.</summary>
    public IReadOnlyList<string> Labels => _segmenter.Labels;

    /// <summary>Makes a segmenter of a network of the catalog.</summary>
    /// <param name="model">The network; null means <see cref="PretrainedSegmenter.Voc"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="store">Where weights are looked up and kept; null for as the environment says.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="WeightsFormatException">A file is damaged or not the catalog's.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are not on this machine and cannot be downloaded.</exception>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Segmenter CreatePretrained(
        PretrainedSegmenter? model = null,
        MobileNetV2SegmenterOptions? options = null,
        WeightsStoreOptions? store = null,
        CancellationToken cancellationToken = default)
    {
        MobileNetV2SegmenterOptions valid = Valid(options);
        model ??= PretrainedSegmenter.Voc;
        return new(new WeightsStore(store).Load(model, cancellationToken), model.Labels, valid);
    }

    /// <summary>Makes a segmenter of a TFLite file with a MobileNetV2, of any width, and DeepLabv3's reduced head.</summary>
    /// <param name="path">The file. It is closed again.</param>
    /// <param name="labels">
    /// Names of its classes, as many as it has; null for Pascal VOC's where it has 21, else <c>class 0</c>, <c>class 1</c> and so on.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged, or holds another network.</exception>
    /// <exception cref="ArgumentException">An option or the number of names is not allowed.</exception>
    public static MobileNetV2Segmenter Load(
        string path, IReadOnlyList<string>? labels = null, MobileNetV2SegmenterOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MobileNetV2SegmenterOptions valid = Valid(options);
        SegmentationWeights weights = WeightsFile.ReadSegmentation(path);
        int classes = weights.ClassCount;
        IReadOnlyList<string> names = labels ?? (classes == VocLabels.All.Count
            ? VocLabels.All
            : [.. Enumerable.Range(0, classes).Select(number => FormattableString.Invariant($"class {number}"))]);
        Require.That(names.Count == classes, names.Count, FormattableString.Invariant($"{classes}, a name a class"), nameof(labels));
        return new(weights, [.. names], valid);
    }

    /// <summary>Segments an image file.</summary>
    /// <param name="path">A JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BadImageException">The file cannot be used; the error names it and the reason.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentedImage Segment(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _gate.Run(() => _segmenter.SegmentFile(path, cancellationToken), cancellationToken);
    }

    /// <summary>Segments an encoded image.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BadImageException">The bytes are not an image that can be used; the error says why.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentedImage Segment(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken = default) =>
        _gate.Run(() => _segmenter.SegmentEncoded(encoded.Span, cancellationToken), cancellationToken);

    /// <summary>Segments an encoded image, read from a stream to its end.</summary>
    /// <param name="stream">The stream, which stays open. What it throws passes.</param>
    /// <param name="cancellationToken">Stops the call; also looked at before each read.</param>
    /// <exception cref="BadImageException">
    /// The stream holds more bytes than <see cref="MobileNetV2SegmenterOptions.MaxEncodedBytes"/>, or no image that can be used.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentedImage Segment(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _gate.ThrowIfClosed();
        using PooledBytes encoded = EncodedStream.Read(stream, _options.MaxEncodedBytes, cancellationToken);
        return Segment(encoded.Memory, cancellationToken);
    }

    /// <summary>Segments an image file on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Segment(string, CancellationToken)"/>
    public Task<SegmentedImage> SegmentAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _gate.RunAsync(() => _segmenter.SegmentFile(path, cancellationToken), cancellationToken);
    }

    /// <summary>Segments an encoded image on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Segment(ReadOnlyMemory{byte}, CancellationToken)"/>
    public Task<SegmentedImage> SegmentAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken = default) =>
        _gate.RunAsync(() => _segmenter.SegmentEncoded(encoded.Span, cancellationToken), cancellationToken);

    /// <summary>Segments an encoded image, read from a stream to its end without blocking a thread.</summary>
    /// <inheritdoc cref="Segment(Stream, CancellationToken)"/>
    public Task<SegmentedImage> SegmentAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAndSegmentAsync(stream, cancellationToken);
    }

    /// <summary>Waits for the images at work, then releases the inference session. Later calls throw.</summary>
    public void Dispose()
    {
        if (_gate.Close())
        {
            _segmenter.Dispose();
        }
    }

    private static MobileNetV2SegmenterOptions Valid(MobileNetV2SegmenterOptions? options)
    {
        options ??= new();
        options.Validate();
        return options;
    }

    private async Task<SegmentedImage> ReadAndSegmentAsync(Stream stream, CancellationToken cancellationToken)
    {
        _gate.ThrowIfClosed();
        using PooledBytes encoded =
            await EncodedStream.ReadAsync(stream, _options.MaxEncodedBytes, cancellationToken).ConfigureAwait(false);
        return await SegmentAsync(encoded.Memory, cancellationToken).ConfigureAwait(false);
    }
}

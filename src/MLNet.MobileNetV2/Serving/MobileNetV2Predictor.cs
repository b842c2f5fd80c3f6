using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2;

/// <summary>Predicts the classes of images with a trained model, for many callers at a time.</summary>
/// <remarks>
/// <para>
/// Holds the model as one ONNX Runtime session, pixels to probabilities: one set of weights, no ML.NET pipeline and no temporary file.
/// The scores are the model's own. Where its images came as <c>MLImage</c>, images are decoded here instead, and upright (EXIF). A
/// image that cannot be used always throws, whatever the model's own setting.
/// </para>
/// <para>
/// Thread-safe: make one and share it. At most <see cref="MobileNetV2PredictorOptions.MaxConcurrency"/> images are decoded and scored at
/// a time, and further calls wait for their turn; streams are read before it, so that a slow one blocks no other call. Cancellation is
/// looked at while a call waits, before an image is decoded and before it is scored.
/// </para>
/// <para>
/// Owns native memory: dispose it after use. That waits for the images at work; later calls, and those that wait for their turn, throw
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
public sealed partial class MobileNetV2Predictor : IMobileNetV2Predictor, IDisposable
{
    private readonly ImageScorer _scorer;
    private readonly Lazy<ImageExplainer> _explainer;
    private readonly Lazy<ImageFeaturizer> _featurizer;
    private readonly MobileNetV2PredictorOptions _options;
    private readonly WorkGate _gate;

    private MobileNetV2Predictor(ServedModel model, MobileNetV2PredictorOptions options)
    {
        _options = options;
        _gate = new WorkGate(options.Concurrency, typeof(MobileNetV2Predictor));
        _scorer = new ImageScorer(model, options);
        _explainer = new(() => new ImageExplainer(model, options));
        _featurizer = new(() => new ImageFeaturizer(model, options));
    }

    /// <summary>Names of the classes, as <see cref="ClassNames"/> gives them, in the order of <see cref="ClassScore.Index"/>.</summary>
    public IReadOnlyList<string> Labels => _scorer.Labels;

    /// <summary>
    /// What an image of none of the classes is called; null where the model has no rule for it (<see cref="UnknownImageEstimator"/>). It
    /// then comes before the classes that are asked for.
    /// </summary>
    public string? UnknownLabel => _scorer.UnknownLabel;

    /// <summary>Makes a predictor of a model file.</summary>
    /// <param name="path">A file that <c>mlContext.Model.Save</c> or <c>mobilenetv2 train</c> wrote. It is closed again.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a model that ML.NET can load.</exception>
    /// <exception cref="IOException">The file, or the temporary folder that it is unpacked to, cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded.</exception>
    /// <exception cref="NotSupportedException">
    /// The model has steps that cannot be served (one is named), or the execution provider is missing.
    /// </exception>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Predictor Load(string path, MobileNetV2PredictorOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MobileNetV2PredictorOptions valid = Valid(options);
        return new(ServedModel.Load(path), valid);
    }

    /// <summary>Makes a predictor of a model.</summary>
    /// <param name="model">
    /// A fitted or loaded pipeline of the MobileNetV2 featurizer and a softmax regression on its features. It stays the caller's, and may
    /// be disposed as soon as the predictor is made.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="NotSupportedException">
    /// The model has steps that cannot be served (one is named), or the execution provider is missing.
    /// </exception>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Predictor Create(ITransformer model, MobileNetV2PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        MobileNetV2PredictorOptions valid = Valid(options);
        return new(ServedModel.Of(model), valid);
    }

    /// <summary>
    /// Makes a predictor of a pretrained network itself, with its own classes: ImageNet's 1000 (ILSVRC 2012), or iNaturalist's birds or
    /// insects.
    /// </summary>
    /// <param name="weights">Weights with such a classifier; null means <see cref="WeightsSource.Embedded"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="store">Where weights are looked up and kept; null for as the environment says.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="WeightsFormatException">The weights have no such classifier, or a file is damaged.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are not on this machine and cannot be downloaded.</exception>
    /// <exception cref="FileNotFoundException">The file of <see cref="WeightsSource.FromFile(string)"/> is not there.</exception>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Predictor CreatePretrained(
        WeightsSource? weights = null,
        MobileNetV2PredictorOptions? options = null,
        WeightsStoreOptions? store = null,
        CancellationToken cancellationToken = default)
    {
        MobileNetV2PredictorOptions valid = Valid(options);
        weights ??= WeightsSource.Embedded;
        LoadedWeights loaded = new WeightsStore(store).Load(weights, progress: null, cancellationToken);
        return new(PretrainedNetwork.Load(weights, loaded), valid);
    }

    internal static MobileNetV2Predictor Create(ServedModel model, MobileNetV2PredictorOptions options) => new(model, options);

    /// <summary>Predicts the classes of an image file.</summary>
    /// <param name="path">A JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The most probable classes, best first; equal scores in the order of the labels.</returns>
    /// <exception cref="BadImageException">The file cannot be used; the error names it and the reason.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IReadOnlyList<ClassScore> Predict(string path, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        int count = CountOf(top);
        return _gate.Run(() => _scorer.ScoreFile(path, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of an encoded image.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The most probable classes, best first; equal scores in the order of the labels.</returns>
    /// <exception cref="BadImageException">The bytes are not an image that can be used; the error says why.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IReadOnlyList<ClassScore> Predict(ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default)
    {
        int count = CountOf(top);
        return _gate.Run(() => _scorer.ScoreEncoded(encoded.Span, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of a decoded image.</summary>
    /// <param name="image">The image; the caller still owns it.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The most probable classes, best first; equal scores in the order of the labels.</returns>
    /// <exception cref="BadImageException">The image cannot be used; the error says why.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IReadOnlyList<ClassScore> Predict(MLImage image, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        int count = CountOf(top);
        return _gate.Run(() => _scorer.ScoreImage(image, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of an encoded image, read from a stream to its end.</summary>
    /// <param name="stream">The stream, which stays open. What it throws passes.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call; also looked at before each read.</param>
    /// <returns>The most probable classes, best first; equal scores in the order of the labels.</returns>
    /// <exception cref="BadImageException">
    /// The stream holds more bytes than <see cref="MobileNetV2PredictorOptions.MaxEncodedBytes"/>, or no image that can be used.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IReadOnlyList<ClassScore> Predict(Stream stream, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        int count = CountOf(top);
        _gate.ThrowIfClosed();
        using PooledBytes encoded = EncodedStream.Read(stream, _options.MaxEncodedBytes, cancellationToken);
        return Predict(encoded.Memory, count, cancellationToken);
    }

    /// <summary>Predicts the classes of an image file on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Predict(string, int?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassScore>> PredictAsync(string path, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        int count = CountOf(top);
        return _gate.RunAsync(() => _scorer.ScoreFile(path, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of an encoded image on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Predict(ReadOnlyMemory{byte}, int?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassScore>> PredictAsync(
        ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default)
    {
        int count = CountOf(top);
        return _gate.RunAsync(() => _scorer.ScoreEncoded(encoded.Span, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of an encoded image, read from a stream to its end without blocking a thread.</summary>
    /// <inheritdoc cref="Predict(Stream, int?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassScore>> PredictAsync(Stream stream, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAndPredictAsync(stream, CountOf(top), cancellationToken);
    }

    /// <summary>Predicts the classes of many image files, side by side.</summary>
    /// <param name="paths">The files; read as they are predicted, so that there may be any number.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>
    /// One result a file, in the order of the files, as soon as it and those before it are there; a file that cannot be used has its error
    /// in its own. Whoever stops taking them stops the work.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<string> paths, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        int count = CountOf(top);
        return PredictEachAsync(paths, path => path, (path, stop) => _scorer.ScoreFile(path, count, stop), cancellationToken);
    }

    /// <summary>Predicts the classes of many encoded images, side by side.</summary>
    /// <param name="encoded">The bytes of each image; read as they are predicted, so that there may be any number.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One result an image, in their order, as of files.</returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<ReadOnlyMemory<byte>> encoded, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        int count = CountOf(top);
        return PredictEachAsync(encoded, _ => null, (image, stop) => _scorer.ScoreEncoded(image.Span, count, stop), cancellationToken);
    }

    /// <summary>Waits for the images at work, then releases the inference sessions. Later calls throw.</summary>
    public void Dispose()
    {
        if (_gate.Close())
        {
            _scorer.Dispose();
            if (_explainer.IsValueCreated)
            {
                _explainer.Value.Dispose();
            }

            if (_featurizer.IsValueCreated)
            {
                _featurizer.Value.Dispose();
            }
        }
    }

    private static MobileNetV2PredictorOptions Valid(MobileNetV2PredictorOptions? options)
    {
        options ??= new();
        options.Validate();
        return options;
    }

    private int CountOf(int? top)
    {
        int count = top ?? _options.Top;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(top));
        return count;
    }

    private async Task<IReadOnlyList<ClassScore>> ReadAndPredictAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        _gate.ThrowIfClosed();
        using PooledBytes encoded =
            await EncodedStream.ReadAsync(stream, _options.MaxEncodedBytes, cancellationToken).ConfigureAwait(false);
        return await PredictAsync(encoded.Memory, count, cancellationToken).ConfigureAwait(false);
    }

    private IAsyncEnumerable<ImagePrediction> PredictEachAsync<TSource>(
        IEnumerable<TSource> sources,
        Func<TSource, string?> path,
        Func<TSource, CancellationToken, IReadOnlyList<ClassScore>> predict,
        CancellationToken cancellationToken)
    {
        _gate.ThrowIfClosed();

        // Enough to keep every place taken while the first result is waited for.
        return OrderedTasks.RunAsync(sources, 2 * _options.Concurrency, PredictAsync, cancellationToken);

        async Task<ImagePrediction> PredictAsync(TSource source, CancellationToken stop)
        {
            try
            {
                return new(path(source), await _gate.RunAsync(() => predict(source, stop), stop).ConfigureAwait(false), null);
            }
            catch (BadImageException error)
            {
                return new(path(source), [], error);
            }
        }
    }
}

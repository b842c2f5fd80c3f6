using Microsoft.ML;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2;

/// <summary>Predicts the classes of photos with a trained model, for many callers at a time.</summary>
/// <remarks>
/// <para>
/// Holds the model as one ONNX Runtime session, pixels to probabilities: one set of weights, no ML.NET pipeline and no temporary file.
/// The scores are the model's own. Where its pictures came as <c>MLImage</c>, photos are decoded here instead, and upright (EXIF). A
/// picture that cannot be used always throws, whatever the model was told to do with it.
/// </para>
/// <para>
/// Thread-safe: make one and share it. At most <see cref="MobileNetV2PredictorOptions.MaxConcurrency"/> pictures are decoded and scored at
/// a time, and further calls wait for their turn; streams are read before it, so that a slow one holds nobody up. Cancellation is looked
/// at while a call waits, before a picture is decoded and before it is scored.
/// </para>
/// <para>
/// Owns native memory: dispose it after use. That waits for the pictures at work; later calls, and those that wait for their turn, throw
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
public sealed class MobileNetV2Predictor : IDisposable
{
    private readonly PictureScorer _scorer;
    private readonly MobileNetV2PredictorOptions _options;
    private readonly WorkGate _gate;

    private MobileNetV2Predictor(ServedModel model, MobileNetV2PredictorOptions options)
    {
        _options = options;
        _gate = new WorkGate(options.Concurrency);
        _scorer = new PictureScorer(model, options);
    }

    /// <summary>Names of the classes, as <see cref="ClassNames"/> gives them, in the order of <see cref="ClassScore.Index"/>.</summary>
    public IReadOnlyList<string> Labels => _scorer.Labels;

    /// <summary>Makes a predictor of a model file.</summary>
    /// <param name="path">A file that <c>mlContext.Model.Save</c> or <c>mobilenetv2 train</c> wrote. It is closed again.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a model that ML.NET can load.</exception>
    /// <exception cref="IOException">
    /// The file cannot be read, or the system's temporary folder cannot be written: a model is unpacked there while it is loaded.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded.</exception>
    /// <exception cref="NotSupportedException">
    /// The model is no featurizer of photos and softmax regression (the message names the step in the way), or the installed ONNX Runtime
    /// does not have the execution provider.
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
    /// The model has other steps between photo and scores (one is named), or the installed ONNX Runtime does not have the execution provider.
    /// </exception>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Predictor Create(ITransformer model, MobileNetV2PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        MobileNetV2PredictorOptions valid = Valid(options);
        return new(ServedModel.Of(model), valid);
    }

    /// <summary>Predicts the classes of a picture file.</summary>
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
        _gate.Enter(cancellationToken);
        try
        {
            return _scorer.ScoreFile(path, count, cancellationToken);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Predicts the classes of an encoded picture.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The most probable classes, best first; equal scores in the order of the labels.</returns>
    /// <exception cref="BadImageException">The bytes are not a picture that can be used; the error says why.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public IReadOnlyList<ClassScore> Predict(ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default)
    {
        int count = CountOf(top);
        _gate.Enter(cancellationToken);
        try
        {
            return _scorer.ScoreEncoded(encoded.Span, count, cancellationToken);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Predicts the classes of an encoded picture, read from a stream to its end.</summary>
    /// <param name="stream">The stream, which stays open. What it throws passes.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call; also looked at before each read.</param>
    /// <returns>The most probable classes, best first; equal scores in the order of the labels.</returns>
    /// <exception cref="BadImageException">
    /// The stream holds more bytes than <see cref="MobileNetV2PredictorOptions.MaxEncodedBytes"/>, or no picture that can be used.
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

    /// <summary>Predicts the classes of a picture file on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Predict(string, int?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassScore>> PredictAsync(string path, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        int count = CountOf(top);
        return RunAsync(() => _scorer.ScoreFile(path, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of an encoded picture on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Predict(ReadOnlyMemory{byte}, int?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassScore>> PredictAsync(
        ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default)
    {
        int count = CountOf(top);
        return RunAsync(() => _scorer.ScoreEncoded(encoded.Span, count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of an encoded picture, read from a stream to its end without blocking a thread.</summary>
    /// <inheritdoc cref="Predict(Stream, int?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassScore>> PredictAsync(Stream stream, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAndPredictAsync(stream, CountOf(top), cancellationToken);
    }

    /// <summary>Predicts the classes of many picture files, side by side.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call; no result is given then.</param>
    /// <returns>One result a file, in the order of the files; a file that cannot be used has its error in its own.</returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public Task<IReadOnlyList<ImagePrediction>> PredictManyAsync(
        IEnumerable<string> paths, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] files = [.. paths];
        int count = CountOf(top);
        return PredictEachAsync(files.Length, index => files[index], index => _scorer.ScoreFile(files[index], count, cancellationToken), cancellationToken);
    }

    /// <summary>Predicts the classes of many encoded pictures, side by side.</summary>
    /// <param name="encoded">The bytes of each picture.</param>
    /// <param name="top">Most classes to name, from 1 up; null for <see cref="MobileNetV2PredictorOptions.Top"/>.</param>
    /// <param name="cancellationToken">Stops the call; no result is given then.</param>
    /// <returns>One result a picture, in order; a picture that cannot be used has its error in its own.</returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public Task<IReadOnlyList<ImagePrediction>> PredictManyAsync(
        IEnumerable<ReadOnlyMemory<byte>> encoded, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        ReadOnlyMemory<byte>[] pictures = [.. encoded];
        int count = CountOf(top);
        return PredictEachAsync(
            pictures.Length, _ => null, index => _scorer.ScoreEncoded(pictures[index].Span, count, cancellationToken), cancellationToken);
    }

    /// <summary>Waits for the pictures at work, then releases the inference session. Later calls throw.</summary>
    public void Dispose()
    {
        if (_gate.Close())
        {
            _scorer.Dispose();
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
        using PooledBytes encoded = await EncodedStream.ReadAsync(stream, _options.MaxEncodedBytes, cancellationToken).ConfigureAwait(false);
        return await PredictAsync(encoded.Memory, count, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ImagePrediction>> PredictEachAsync(
        int length, Func<int, string?> path, Func<int, IReadOnlyList<ClassScore>> predict, CancellationToken cancellationToken)
    {
        var predictions = new ImagePrediction[length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        _gate.ThrowIfClosed();
        await Parallel.ForAsync(0, length, parallel, async (index, stop) =>
        {
            try
            {
                predictions[index] = new(path(index), await RunAsync(() => predict(index), stop).ConfigureAwait(false), null);
            }
            catch (BadImageException error)
            {
                predictions[index] = new(path(index), [], error);
            }
        }).ConfigureAwait(false);
        return predictions;
    }

    private async Task<IReadOnlyList<ClassScore>> RunAsync(Func<IReadOnlyList<ClassScore>> work, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Exit();
        }
    }
}

namespace MLNet.MobileNetV2;

/// <summary>Features.</summary>
public sealed partial class MobileNetV2Predictor
{
    /// <summary>The features of an image file: what the model's classifier takes, as its featurizer's column has them.</summary>
    /// <remarks>The first call makes a second session, of the features.</remarks>
    /// <param name="path">A JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BadImageException">The file cannot be used; the error names it and the reason.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public float[] Featurize(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _gate.Run(() => _featurizer.Value.FeaturizeFile(path, cancellationToken), cancellationToken);
    }

    /// <summary>The features of an encoded image.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <inheritdoc cref="Featurize(string, CancellationToken)" path="/exception"/>
    public float[] Featurize(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken = default) =>
        _gate.Run(() => _featurizer.Value.FeaturizeEncoded(encoded.Span, cancellationToken), cancellationToken);

    /// <summary>The features of an image file, on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Featurize(string, CancellationToken)"/>
    public Task<float[]> FeaturizeAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _gate.RunAsync(() => _featurizer.Value.FeaturizeFile(path, cancellationToken), cancellationToken);
    }
}

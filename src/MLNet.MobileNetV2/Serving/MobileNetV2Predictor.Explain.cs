using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Explanations.</summary>
public sealed partial class MobileNetV2Predictor
{
    /// <summary>Explains the score of a class of an image file by the places of the image that speak for it.</summary>
    /// <remarks>The first call makes a second session, of the maps.</remarks>
    /// <param name="path">A JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="classIndex">The class, by its place among <see cref="Labels"/>; null for the most probable one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BadImageException">The file cannot be used; the error names it and the reason.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="NotSupportedException">The model's classifier does not take the means of the network's last maps.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    public ImageExplanation Explain(string path, int? classIndex = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckClass(classIndex);
        return _gate.Run(() => _explainer.Value.ExplainFile(path, classIndex, cancellationToken), cancellationToken);
    }

    /// <summary>Explains the score of a class of an encoded image.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <param name="classIndex">The class, by its place among <see cref="Labels"/>; null for the most probable one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <inheritdoc cref="Explain(string, int?, CancellationToken)" path="/exception"/>
    public ImageExplanation Explain(ReadOnlyMemory<byte> encoded, int? classIndex = null, CancellationToken cancellationToken = default)
    {
        CheckClass(classIndex);
        return _gate.Run(() => _explainer.Value.ExplainEncoded(encoded.Span, classIndex, cancellationToken), cancellationToken);
    }

    /// <summary>Explains the score of a class of an image file on another thread; the waiting for a turn takes none.</summary>
    /// <inheritdoc cref="Explain(string, int?, CancellationToken)"/>
    public Task<ImageExplanation> ExplainAsync(string path, int? classIndex = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckClass(classIndex);
        return _gate.RunAsync(() => _explainer.Value.ExplainFile(path, classIndex, cancellationToken), cancellationToken);
    }

    private void CheckClass(int? classIndex)
    {
        if (classIndex is { } index)
        {
            Require.Between(0, Labels.Count - 1, index, nameof(classIndex));
        }
    }
}

namespace MLNet.MobileNetV2;

/// <summary>Predicts the classes of images, for many callers at a time: what an application asks for, and its tests replace.</summary>
/// <remarks>Thread-safe. <see cref="MobileNetV2Predictor"/> is the implementation; its creator disposes it.</remarks>
public interface IMobileNetV2Predictor
{
    /// <inheritdoc cref="MobileNetV2Predictor.Labels"/>
    IReadOnlyList<string> Labels { get; }

    /// <inheritdoc cref="MobileNetV2Predictor.PredictAsync(string, int?, CancellationToken)"/>
    Task<IReadOnlyList<ClassScore>> PredictAsync(string path, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictAsync(ReadOnlyMemory{byte}, int?, CancellationToken)"/>
    Task<IReadOnlyList<ClassScore>> PredictAsync(
        ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictAsync(Stream, int?, CancellationToken)"/>
    Task<IReadOnlyList<ClassScore>> PredictAsync(Stream stream, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictManyAsync(IEnumerable{string}, int?, CancellationToken)"/>
    IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<string> paths, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictManyAsync(IEnumerable{ReadOnlyMemory{byte}}, int?, CancellationToken)"/>
    IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<ReadOnlyMemory<byte>> encoded, int? top = null, CancellationToken cancellationToken = default);
}

/// <summary>The prediction of one image of several. Immutable.</summary>
public sealed class ImagePrediction
{
    /// <summary>Creates a prediction.</summary>
    /// <param name="path">The file as the caller named it; null for an image that came as bytes.</param>
    /// <param name="scores">The most probable classes, best first; empty for a bad image.</param>
    /// <param name="error">Why the image cannot be used; null if it can.</param>
    public ImagePrediction(string? path, IReadOnlyList<ClassScore> scores, BadImageException? error = null)
    {
        Path = path;
        Scores = scores;
        Error = error;
    }

    /// <summary>The file as the caller named it; null for an image that came as bytes.</summary>
    public string? Path { get; }

    /// <summary>The most probable classes, best first; empty for a bad image.</summary>
    public IReadOnlyList<ClassScore> Scores { get; }

    /// <summary>Why the image cannot be used; null if it can.</summary>
    public BadImageException? Error { get; }
}

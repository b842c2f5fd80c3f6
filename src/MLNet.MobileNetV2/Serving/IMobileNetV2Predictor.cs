namespace MLNet.MobileNetV2;

/// <summary>Predicts the classes of images, for many callers at a time: what an application asks for, and its tests replace.</summary>
/// <remarks>Thread-safe. <see cref="MobileNetV2Predictor"/> is the implementation; who makes it disposes it.</remarks>
public interface IMobileNetV2Predictor
{
    /// <inheritdoc cref="MobileNetV2Predictor.Labels"/>
    IReadOnlyList<string> Labels { get; }

    /// <inheritdoc cref="MobileNetV2Predictor.PredictAsync(string, int?, CancellationToken)"/>
    Task<IReadOnlyList<ClassScore>> PredictAsync(string path, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictAsync(ReadOnlyMemory{byte}, int?, CancellationToken)"/>
    Task<IReadOnlyList<ClassScore>> PredictAsync(ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictAsync(Stream, int?, CancellationToken)"/>
    Task<IReadOnlyList<ClassScore>> PredictAsync(Stream stream, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictManyAsync(IEnumerable{string}, int?, CancellationToken)"/>
    IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<string> paths, int? top = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="MobileNetV2Predictor.PredictManyAsync(IEnumerable{ReadOnlyMemory{byte}}, int?, CancellationToken)"/>
    IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<ReadOnlyMemory<byte>> encoded, int? top = null, CancellationToken cancellationToken = default);
}

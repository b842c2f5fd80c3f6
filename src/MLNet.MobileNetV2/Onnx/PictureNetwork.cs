using System.Collections.Concurrent;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// Images in, features, logits or probabilities out: how images are prepared, and the session that runs on them. Thread-safe; disposes
/// its session.
/// </summary>
internal sealed class PictureNetwork(ImagePreprocessor preprocessor, NetworkSession session) : IDisposable
{
    // As many as were ever in use at once. They are large objects, which a shared pool would drop and make again.
    private readonly ConcurrentStack<float[]> _inputs = [];

    public PictureNetwork(MobileNetV2Weights weights, InferenceGraphOutputs output, FeatureTap tap, NetworkSessionOptions options)
        : this(new ImagePreprocessor(weights.Preprocessing), new NetworkSession(weights, output, tap, options))
    {
    }

    public ImagePreprocessor Preprocessor => preprocessor;

    public int InputLength => session.InputLength;

    /// <summary>Number of values that the network gives for one image; the most, where that depends on the image.</summary>
    public int OutputLength => session.OutputLength;

    /// <summary>
    /// Runs the network on prepared images (planar, 0..255, the network's input size), one after another at the start of an array, and says
    /// how many values it gave.
    /// </summary>
    public int Run(float[] pixels, int count, Span<float> output) => session.Run(pixels, count, output);

    /// <summary>Prepares one image, runs the network on it and says how many values it gave.</summary>
    /// <exception cref="BadImageException">The image cannot be used.</exception>
    public int Run<TSource>(TSource source, Action<ImagePreprocessor, TSource, Span<float>> prepare, Span<float> output)
        where TSource : allows ref struct
    {
        float[] pixels = Take();
        try
        {
            prepare(preprocessor, source, pixels);
            return Run(pixels, 1, output);
        }
        finally
        {
            _inputs.Push(pixels);
        }
    }

    /// <summary>Prepares one image, runs the network on it and gives all of its values.</summary>
    /// <exception cref="BadImageException">The image cannot be used.</exception>
    public float[] Run<TSource>(TSource source, Action<ImagePreprocessor, TSource, Span<float>> prepare)
        where TSource : allows ref struct
    {
        float[] pixels = Take();
        try
        {
            prepare(preprocessor, source, pixels);
            return session.Run(pixels);
        }
        finally
        {
            _inputs.Push(pixels);
        }
    }

    /// <summary>How an encoded image is prepared, for a run that may be cancelled until the network runs.</summary>
    /// <param name="path">Its file, for errors; null if it is not named by one.</param>
    /// <param name="cancellationToken">Looked at when the image is prepared.</param>
    public static Action<ImagePreprocessor, ReadOnlySpan<byte>, Span<float>> Encoded(string? path, CancellationToken cancellationToken) =>
        (preprocessor, encoded, pixels) =>
        {
            preprocessor.FromEncoded(encoded, path, pixels);
            cancellationToken.ThrowIfCancellationRequested();
        };

    private float[] Take() => _inputs.TryPop(out float[]? pixels) ? pixels : new float[InputLength];

    public void Dispose() => session.Dispose();
}

using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// The layers in front of the trained part, which run as inference with one thread a view; none if the stem trains. Thread-safe;
/// disposes its session.
/// </summary>
internal sealed class FrontLayers : IDisposable
{
    private readonly NetworkSession? _session;

    /// <summary>Loads the layers.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="tap">Where they end; null for none.</param>
    public FrontLayers(MobileNetV2Weights weights, FeatureTap? tap)
    {
        int size = weights.Preprocessing.Size;
        OutputLength = 3 * size * size;
        if (tap is not null)
        {
            _session = new NetworkSession(weights, InferenceGraphOutputs.Features, tap, new(IntraOpThreadCount: 1));
            OutputLength = _session.OutputLength;
        }
    }

    /// <summary>Whether there are layers in front.</summary>
    public bool HasLayers => _session is not null;

    /// <summary>Number of values that the trained part takes for one view.</summary>
    public int OutputLength { get; }

    /// <summary>Runs the layers.</summary>
    public void Run(Memory<float> pixels, Span<float> output)
    {
        if (_session is null)
        {
            pixels.Span[..OutputLength].CopyTo(output);
        }
        else
        {
            _session.Run(pixels, output);
        }
    }

    public void Dispose() => _session?.Dispose();
}

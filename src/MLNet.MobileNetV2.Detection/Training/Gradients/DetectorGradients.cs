using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>Losses and gradients of a detector, computed by ONNX Runtime. Not thread-safe; dispose it after use.</summary>
internal sealed class DetectorGradients : IGradientEngine, IDisposable
{
    // Several large maps do not fit the cache, few small ones make products of narrow matrices.
    private const int MicroBatchOfPixels = 2;
    private const int MicroBatchOfMaps = 4;

    private readonly TrainedDetector _detector;
    private readonly MultiboxLoss _loss;
    private readonly AnchorOrder _order;
    private readonly StemPatches? _stem;
    private readonly float[] _values;
    private readonly int _workers;
    private readonly GradientRunners _runners = new();

    /// <summary>Lays out the trained tensors.</summary>
    /// <param name="detector">What is trained.</param>
    /// <param name="loss">What training makes small for the classes.</param>
    /// <param name="threads">Threads; 0 means as many as there are cores. Gradients do not depend on it.</param>
    public DetectorGradients(TrainedDetector detector, DetectionLoss loss, int threads)
    {
        _detector = detector;
        _order = new AnchorOrder(detector.Weights.Anchors);
        _loss = new MultiboxLoss(_order.Count, detector.Weights.Labels.Count, loss);
        Tensors = TrainedTensors.Of(detector.Layers);
        _values = new float[Tensors.TotalLength];
        _stem = detector.TrainsStem ? new StemPatches(detector.Backbone[0].Layers[0], detector.Weights.Preprocessing) : null;
        _workers = threads > 0 ? threads : Environment.ProcessorCount;
    }

    public TrainedTensors Tensors { get; }

    public Span<float> Statistics => [];

    /// <summary>Samples of one run of the graph.</summary>
    public int MicroBatch => _detector.TrainsStem ? MicroBatchOfPixels : MicroBatchOfMaps;

    public void ReadInitial(Span<float> parameters) => Tensors.Read(_detector.Weights.Tensors, parameters);

    public GradientResult Run(
        ReadOnlySpan<float> parameters, GradientBatch batch, Span<float> gradient, int depth, CancellationToken cancellationToken)
    {
        double normalizer = batch.Check(_detector.Layout, BoxTargets.Values * _order.Count);
        depth = Math.Min(depth, Tensors.Max(tensor => tensor.Depth));
        GradientRunner runner = _runners.Get(MicroBatch, depth, () => MakeRunner(depth));
        parameters.CopyTo(_values);
        GradientResult result = runner.Run(batch, normalizer, cancellationToken);
        runner.Gradient.CopyTo(gradient);
        return result;
    }

    /// <summary>The detector with the trained tensors in their places.</summary>
    /// <exception cref="WeightsFormatException">A value is not finite.</exception>
    public DetectionWeights ToWeights(ReadOnlySpan<float> parameters) =>
        _detector.Weights.With(Tensors.PutInto(_detector.Weights.Tensors, parameters));

    public void Dispose() => _runners.Dispose();

    private GradientRunner MakeRunner(int depth)
    {
        GradientGraph graph = DetectorGradientGraph.Write(_detector, _loss, _order, MicroBatch, depth);
        GradientWorker[] workers =
        [
            .. Enumerable.Range(0, _workers).Select(_ => new GradientWorker(graph, _detector.Layout, Tensors, ValuesOf, _stem)),
        ];
        return new(graph, workers, Tensors.TotalLength, intraOpThreads: 1) { Depth = depth };
    }

    private Memory<float> ValuesOf(string name) => _values.AsMemory(Tensors[name].Offset, Tensors[name].Length);
}

using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>Losses and gradients of a detector, computed by ONNX Runtime. Not thread-safe; dispose it after use.</summary>
internal sealed class DetectorGradients : IGradientEngine, IDisposable
{
    // Several large maps do not fit the cache, few small ones make products of narrow matrices.
    private const int MicroBatchOfPixels = 2;
    private const int MicroBatchOfMaps = 4;

    // The head alone at first, then all that trains; and another while layers begin to train one after another.
    private const int KeptRunners = 2;

    private readonly TrainedDetector _detector;
    private readonly MultiboxLoss _loss;
    private readonly AnchorOrder _order;
    private readonly StemPatches? _stem;
    private readonly float[] _values;
    private readonly int _workers;
    private readonly List<GradientRunner> _runners = [];

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

    public void ReadInitial(Span<float> parameters)
    {
        foreach (TrainedTensor tensor in Tensors)
        {
            _detector.Weights.Tensors[tensor.Name].Values.Span.CopyTo(tensor.In(parameters));
        }
    }

    public GradientResult Run(
        ReadOnlySpan<float> parameters, GradientBatch batch, Span<float> gradient, int depth, CancellationToken cancellationToken)
    {
        double normalizer = batch.Check(_detector.Layout, BoxTargets.Values * _order.Count);
        GradientRunner runner = RunnerFor(Math.Min(depth, Tensors.Max(tensor => tensor.Depth)));
        parameters.CopyTo(_values);
        GradientResult result = runner.Run(batch, normalizer, cancellationToken);
        runner.Gradient.CopyTo(gradient);
        return result;
    }

    /// <summary>The detector with the trained tensors in their places.</summary>
    /// <exception cref="WeightsFormatException">A value is not finite.</exception>
    public DetectionWeights ToWeights(ReadOnlySpan<float> parameters)
    {
        var tensors = new Dictionary<string, WeightTensor>(_detector.Weights.Tensors, StringComparer.Ordinal);
        foreach (TrainedTensor tensor in Tensors)
        {
            tensors[tensor.Name] = new(tensor.Shape, tensor.In(parameters).ToArray());
        }

        return _detector.Weights.With(tensors);
    }

    public void Dispose()
    {
        _runners.ForEach(runner => runner.Dispose());
        _runners.Clear();
    }

    private GradientRunner RunnerFor(int depth)
    {
        if (_runners.Find(runner => runner.Depth == depth) is { } known)
        {
            return known;
        }

        if (_runners.Count == KeptRunners)
        {
            _runners[0].Dispose();
            _runners.RemoveAt(0);
        }

        GradientGraph graph = DetectorGradientGraph.Write(_detector, _loss, _order, MicroBatch, depth);
        GradientWorker[] workers =
        [
            .. Enumerable.Range(0, _workers).Select(_ => new GradientWorker(graph, _detector.Layout, Tensors, ValuesOf, _stem)),
        ];
        var runner = new GradientRunner(graph, workers, Tensors.TotalLength, intraOpThreads: 1) { Depth = depth };
        _runners.Add(runner);
        return runner;
    }

    private Memory<float> ValuesOf(string name) => _values.AsMemory(Tensors[name].Offset, Tensors[name].Length);
}

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Losses and gradients of the last part of a network, computed by ONNX Runtime. Not thread-safe (a run uses several threads itself);
/// dispose it after use.
/// </summary>
internal sealed class GradientEngine : IGradientEngine, IDisposable
{
    private readonly MobileNetV2Weights _weights;
    private readonly GradientOptions _options;
    private readonly TrainedPart _part;
    private readonly LayerStatistics _statistics;
    private readonly PreparedWeights _prepared;
    private readonly StemPatches? _stem;
    private readonly GradientRunners _runners = new();
    private readonly int _workers;
    private bool _isDisposed;

    /// <summary>Lays out the trained tensors.</summary>
    /// <param name="weights">
    /// The network. It must have a classifier but for <see cref="GradientLoss.SquaredError"/>, where a classifier maps the features to the
    /// targets, and without one the features themselves meet them.
    /// </param>
    /// <param name="options">What is trained, and how.</param>
    /// <exception cref="ArgumentException">An option is not allowed, or does not fit the weights; the message says which.</exception>
    public GradientEngine(MobileNetV2Weights weights, GradientOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        bool needsClassifier = options.Loss != GradientLoss.SquaredError || options.Blocks == FineTuneBlocks.HeadOnly;
        if (weights.ClassCount is null && options.Units is null && needsClassifier)
        {
            throw new ArgumentException(
                $"The weights '{weights.Name}' end at the features; cross-entropy, or training the classifier alone, needs weights with a "
                + "classifier.",
                nameof(weights));
        }

        _options = options;
        _weights = weights.WithBatchNorm(
            options.BatchNorm == BatchNormTraining.Frozen ? BatchNormForm.Folded : BatchNormForm.Apart);
        _part = new TrainedPart(weights, options.Blocks, options.Units);
        Tensors = TrainedTensors.Of(_part, options.BatchNorm);
        _statistics = new LayerStatistics(_part, _weights);
        _prepared = new PreparedWeights(_part, Tensors, options.BatchNorm, _weights, _statistics);
        _stem = _part.TrainsStem ? new StemPatches(_part.Layers.First(), weights.Preprocessing) : null;
        _workers = options.ThreadCount > 0 ? options.ThreadCount : Environment.ProcessorCount;
    }

    public TrainedTensors Tensors { get; }

    /// <summary>
    /// Shape of one sample: <c>[3, r, r]</c>, pixels 0..255 in the order of the preprocessing, where the stem is trained; else the map in
    /// front of the first trained block (<see cref="InputTap"/>); or <c>[features]</c> where the classifier alone is trained.
    /// </summary>
    public IReadOnlyList<int> InputShape => _part.InputShape;

    /// <summary>The tap at which an inference graph gives the samples; null if they are pixels.</summary>
    public FeatureTap? InputTap => _part switch
    {
        { Blocks.Count: 0 } => FeatureTap.Features,
        { TrainsStem: true } => null,
        _ => new FeatureTap(_part.FirstBlock, IsPooled: false),
    };

    /// <summary>Number of outputs for one sample: classes, or a teacher's features.</summary>
    public int OutputCount => _part.OutputCount;

    /// <summary>Number of targets of one sample.</summary>
    public int TargetCount => _options.TargetCountFor(_part);

    /// <summary>Number of features, which dropout acts on.</summary>
    public int FeatureCount => _part.FeatureCount;

    public Span<float> Statistics => _statistics.Values;

    public void ReadInitial(Span<float> parameters) => Read(_weights, parameters);

    /// <summary>
    /// Reads the trained tensors of weights that <see cref="ToWeights"/> made, or that differ from them in a tensor's values.
    /// </summary>
    public void Read(MobileNetV2Weights weights, Span<float> parameters)
    {
        CheckLength(parameters.Length, Tensors.TotalLength, nameof(parameters));
        Tensors.Read(weights.Tensors, parameters);
    }

    /// <summary>The same as the other with every gradient.</summary>
    public GradientResult Run(
        ReadOnlySpan<float> parameters, GradientBatch batch, Span<float> gradient, CancellationToken cancellationToken = default) =>
        Run(parameters, batch, gradient, int.MaxValue, cancellationToken);

    public GradientResult Run(
        ReadOnlySpan<float> parameters,
        GradientBatch batch,
        Span<float> gradient,
        int depth,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckLength(parameters.Length, Tensors.TotalLength, nameof(parameters));
        CheckLength(gradient.Length, Tensors.TotalLength, nameof(gradient));
        double normalizer = batch.Check(_part.Layout, TargetCount);
        cancellationToken.ThrowIfCancellationRequested();
        GradientRunner runner = RunnerFor(batch.Count, depth);
        _prepared.Set(parameters);
        GradientResult result = runner.Run(batch, normalizer, cancellationToken);
        runner.Gradient.CopyTo(gradient);
        _prepared.ApplyChainRule(parameters, gradient);
        UpdateStatistics(runner, batch.Count);
        return result;
    }

    /// <summary>Computes the outputs of samples as inference does: with running statistics, and without dropout.</summary>
    /// <remarks>The network is loaded anew at each call, so give many samples at once.</remarks>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Evaluate(
        ReadOnlySpan<float> parameters, ReadOnlyMemory<float> inputs, Span<float> outputs, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var evaluator = new OutputEvaluator(ToWeights(parameters), _part, _workers);
        evaluator.Run(inputs, outputs, cancellationToken);
    }

    /// <summary>The weights with the trained tensors in their places: folded where batch norm is frozen, else apart.</summary>
    /// <exception cref="WeightsFormatException">A value is not finite.</exception>
    public MobileNetV2Weights ToWeights(ReadOnlySpan<float> parameters)
    {
        CheckLength(parameters.Length, Tensors.TotalLength, nameof(parameters));
        Dictionary<string, WeightTensor> tensors = Tensors.PutInto(_weights.Tensors, parameters);
        if (_options.BatchNorm == BatchNormTraining.BatchStatistics)
        {
            foreach (TrainedLayer layer in _part.Layers)
            {
                int channels = layer.Layer.OutputChannels;
                tensors[layer.Names.Mean] = new([channels], _statistics.Mean(layer).ToArray());
                tensors[layer.Names.Variance] = new([channels], _statistics.Variance(layer).ToArray());
            }
        }

        return new(_weights.Name, _weights.Architecture, tensors, _weights.Preprocessing, sha256: null, _weights.BatchNormEpsilon);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _runners.Dispose();
    }

    private static void CheckLength(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{length} values were given; {expected} are needed.", name);
        }
    }

    private GradientRunner RunnerFor(int count, int depth)
    {
        depth = Math.Min(depth, Tensors.Max(tensor => tensor.Depth));
        bool isWhole = _options.BatchNorm == BatchNormTraining.BatchStatistics;
        int samples = isWhole ? count : _options.MicroBatchFor(_part);
        return _runners.Get(samples, depth, () => MakeRunner(samples, depth, isWhole));
    }

    private GradientRunner MakeRunner(int samples, int depth, bool isWhole)
    {
        GradientGraph graph = GradientGraph.Write(_part, _options, samples, _statistics.Epsilon, depth);
        int workers = isWhole ? 1 : _workers;
        GradientWorker[] made =
        [
            .. Enumerable.Range(0, workers).Select(_ => new GradientWorker(graph, _part.Layout, Tensors, name => _prepared[name], _stem)),
        ];
        return new(graph, made, Tensors.TotalLength, isWhole ? _workers : 1) { Depth = depth };
    }

    private void UpdateStatistics(GradientRunner runner, int count)
    {
        if (_options.BatchNorm != BatchNormTraining.BatchStatistics)
        {
            return;
        }

        foreach (TrainedLayer layer in _part.Layers)
        {
            ReadOnlySpan<float> mean = runner.First.Output(layer.Names.Mean);
            ReadOnlySpan<float> variance = runner.First.Output(layer.Names.Variance);
            _statistics.Update(layer, mean, variance, (long)count * layer.OutputSide * layer.OutputSide);
        }
    }
}

using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Runs the gradient graph of one micro-batch size over batches, on several threads. Not thread-safe.</summary>
internal sealed class GradientRunner : IDisposable
{
    private readonly GradientGraph _graph;
    private readonly PreparedWeights _weights;
    private readonly GradientWorker[] _workers;
    private readonly int _intraOpThreads;
    private readonly float[] _gradient;
    private InferenceSession? _constantSession;

    public GradientRunner(GradientGraph graph, PreparedWeights weights, GradientWorker[] workers, int gradientLength, int intraOpThreads)
    {
        _graph = graph;
        _weights = weights;
        _workers = workers;
        _intraOpThreads = intraOpThreads;
        _gradient = new float[gradientLength];
    }

    /// <summary>The gradient of the last run.</summary>
    public ReadOnlySpan<float> Gradient => _gradient;

    /// <summary>The buffers of the first thread, with what the last run gave out.</summary>
    public GradientWorker First => _workers[0];

    /// <summary>Number of samples of a micro-batch.</summary>
    public int Samples => _graph.Samples;

    /// <summary>Runs the graph over a batch.</summary>
    public GradientResult Run(GradientBatch batch, double normalizer, CancellationToken cancellationToken)
    {
        InferenceSession session = Load();
        try
        {
            return Run(session, batch, normalizer, cancellationToken);
        }
        finally
        {
            if (session != _constantSession)
            {
                session.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _constantSession?.Dispose();
        foreach (GradientWorker worker in _workers)
        {
            worker.Dispose();
        }
    }

    private GradientResult Run(InferenceSession session, GradientBatch batch, double normalizer, CancellationToken cancellationToken)
    {
        int runs = ((batch.Count - 1) / Samples) + 1;
        int next = -1;
        var sum = new OrderedSum(_gradient);
        int threads = Math.Min(_workers.Length, runs);

        // The work looks at the token itself, so that a thread that waits for its turn is released.
        new ParallelLoop(threads, CancellationToken.None).For(threads, Work);
        return sum.Result;

        void Work(int worker)
        {
            try
            {
                for (int run = Interlocked.Increment(ref next); run < runs; run = Interlocked.Increment(ref next))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    GradientResult result = _workers[worker].Run(session, batch, run * Samples, normalizer, _intraOpThreads);
                    if (!sum.Add(run, result, _workers[worker].Gradient))
                    {
                        return;
                    }
                }
            }
            catch
            {
                sum.Fail();
                throw;
            }
        }
    }

    // A graph without depthwise kernels has no constants that change, so its session stays.
    private InferenceSession Load()
    {
        if (_constantSession is not null)
        {
            return _constantSession;
        }

        foreach (DepthwiseStep step in _graph.Depthwise)
        {
            DepthwiseConstants.Set(_graph, step, _weights);
        }

        using SessionOptions options = new NetworkSessionOptions(_intraOpThreads).Create();
        var session = new InferenceSession(_graph.Builder.ToBytes(), options);
        if (_graph.Depthwise.Count == 0)
        {
            _constantSession = session;
        }

        return session;
    }
}

using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Runs the gradient graph of one micro-batch size over batches, on several threads. Not thread-safe.</summary>
internal sealed class GradientRunner : IDisposable
{
    private readonly GradientWorker[] _workers;
    private readonly float[] _gradient;
    private readonly ManagedOperators _operators;
    private readonly InferenceSession _session;

    /// <summary>Loads the graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="workers">The buffers of each thread.</param>
    /// <param name="gradientLength">Number of values of the gradient.</param>
    /// <param name="intraOpThreads">Threads of one run of the graph.</param>
    public GradientRunner(GradientGraph graph, GradientWorker[] workers, int gradientLength, int intraOpThreads)
    {
        Samples = graph.Samples;
        _workers = workers;
        _gradient = new float[gradientLength];
        using SessionOptions options = new NetworkSessionOptions(intraOpThreads).Create();

        // A pattern comes on top of what the first run took, which is much for a whole batch.
        options.EnableMemoryPattern = workers.Length > 1;
        _operators = new ManagedOperators(graph.Operators, intraOpThreads);
        _operators.AddTo(options);
        _session = new InferenceSession(graph.ToBytes(), options);
    }

    /// <summary>The gradient of the last run.</summary>
    public ReadOnlySpan<float> Gradient => _gradient;

    /// <summary>The buffers of the first thread, with what the last run gave out.</summary>
    public GradientWorker First => _workers[0];

    /// <summary>Number of samples of a micro-batch.</summary>
    public int Samples { get; }

    /// <summary>Depth of the deepest tensors whose gradients the graph computes.</summary>
    public required int Depth { get; init; }

    public void Dispose()
    {
        _session.Dispose();
        _operators.Dispose();
        foreach (GradientWorker worker in _workers)
        {
            worker.Dispose();
        }
    }

    /// <summary>Runs the graph over a batch.</summary>
    public GradientResult Run(GradientBatch batch, double normalizer, CancellationToken cancellationToken)
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
                    GradientResult result = _workers[worker].Run(_session, batch, run * Samples, normalizer);
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
}

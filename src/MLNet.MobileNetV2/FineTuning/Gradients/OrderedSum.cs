using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Adds up what several threads find, always in the order of the micro-batches, so that the sum has the same bits with any number of
/// threads. Thread-safe.
/// </summary>
internal sealed class OrderedSum(float[] gradient)
{
    private readonly object _gate = new();
    private int _next;
    private double _loss;
    private int _correct;
    private bool _hasFailed;

    /// <summary>The sum so far.</summary>
    public GradientResult Result => new(_loss, _correct);

    /// <summary>Waits for the turn of a micro-batch and adds it.</summary>
    /// <returns>False where another thread failed: there will be no sum.</returns>
    public bool Add(int number, GradientResult result, ReadOnlySpan<float> part)
    {
        lock (_gate)
        {
            while (_next != number && !_hasFailed)
            {
                Monitor.Wait(_gate);
            }

            if (_hasFailed)
            {
                return false;
            }
        }

        // Only the thread whose turn it is comes here, so the others may go on waiting without the lock.
        if (number == 0)
        {
            part.CopyTo(gradient);
        }
        else
        {
            TensorPrimitives.Add(gradient, part, gradient);
        }

        lock (_gate)
        {
            _loss += result.LossSum;
            _correct += result.Correct;
            _next++;
            Monitor.PulseAll(_gate);
        }

        return true;
    }

    /// <summary>Releases the threads that wait for a turn.</summary>
    public void Fail()
    {
        lock (_gate)
        {
            _hasFailed = true;
            Monitor.PulseAll(_gate);
        }
    }
}

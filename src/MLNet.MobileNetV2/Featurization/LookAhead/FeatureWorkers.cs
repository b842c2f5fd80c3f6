using System.Collections.Concurrent;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>Threads that take rows in order and featurize them side by side. Made and disposed by one cursor.</summary>
internal sealed class FeatureWorkers : IDisposable
{
    private readonly BlockingCollection<RowSlot> _queue = [];
    private readonly FeaturizerRun _run;
    private readonly Func<int, IImageRow> _images;
    private readonly int _batchSize;
    private readonly Thread[] _threads;

    public FeatureWorkers(FeaturizerRun run, Func<int, IImageRow> images, int workerCount, int batchSize)
    {
        _run = run;
        _images = images;
        _batchSize = batchSize;
        _threads = new Thread[workerCount];
        for (int i = 0; i < workerCount; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = "MobileNetV2 featurizer" };
            _threads[i].Start();
        }
    }

    /// <summary>Gives a row to the next free thread.</summary>
    public void Add(RowSlot slot) => _queue.Add(slot);

    /// <summary>Drops the rows that no thread has begun, and waits for those under way.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        while (_queue.TryTake(out RowSlot? slot))
        {
            slot.Complete();
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
    }

    private void Work()
    {
        PictureNetwork network = _run.Network;
        float[] pixels = new float[_batchSize * network.InputLength];
        float[] features = new float[_batchSize * network.OutputLength];
        var ready = new List<RowSlot>(_batchSize);
        foreach (RowSlot first in _queue.GetConsumingEnumerable())
        {
            ready.Clear();
            Prepare(first, pixels, ready);
            while (ready.Count < _batchSize && _queue.TryTake(out RowSlot? next))
            {
                Prepare(next, pixels, ready);
            }

            Infer(network, pixels, features, ready);
        }
    }

    private void Prepare(RowSlot slot, float[] pixels, List<RowSlot> ready)
    {
        int length = _run.Network.InputLength;
        try
        {
            if (_run.TryPrepare(_images(slot.Index), slot, pixels.AsSpan(ready.Count * length, length)))
            {
                ready.Add(slot);
                return;
            }

            _run.Report();
            slot.Complete();
        }
        catch (Exception error)
        {
            slot.Complete(error);
        }
    }

    private void Infer(PictureNetwork network, float[] pixels, float[] features, List<RowSlot> ready)
    {
        if (ready.Count == 0)
        {
            return;
        }

        Exception? failure = null;
        try
        {
            network.Run(pixels, ready.Count, features.AsSpan(0, ready.Count * network.OutputLength));
        }
        catch (Exception error)
        {
            failure = error;
        }

        for (int i = 0; i < ready.Count; i++)
        {
            features.AsSpan(i * network.OutputLength, network.OutputLength).CopyTo(ready[i].Features);
            Complete(ready[i], failure);
        }
    }

    // The user's progress handler may throw: that is the row's error too.
    private void Complete(RowSlot slot, Exception? failure)
    {
        try
        {
            if (failure is null)
            {
                _run.Keep(slot);
            }

            _run.Report();
            slot.Complete(failure);
        }
        catch (Exception error)
        {
            slot.Complete(failure ?? error);
        }
    }
}

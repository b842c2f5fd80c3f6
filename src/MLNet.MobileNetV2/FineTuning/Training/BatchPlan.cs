using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// How many epochs and steps a training has, and which images each step takes: every image at most once an epoch, in an order drawn from
/// the seed.
/// </summary>
internal sealed class BatchPlan
{
    private const int SmallRest = 4;

    private readonly int _imageCount;
    private readonly int _batchSize;
    private readonly long _seed;
    private int[]? _order;
    private int _epoch;

    /// <summary>Plans a training.</summary>
    /// <param name="imageCount">Number of images, at least 1.</param>
    /// <param name="options">Steps or epochs, the batch size and the seed.</param>
    /// <remarks>
    /// With batch statistics a rest of less than a quarter of a batch is left out of its epoch. Where steps are counted, epochs are as long
    /// as each other and may leave images out, so that there are as many steps as asked for, or less than one an epoch more.
    /// </remarks>
    public BatchPlan(int imageCount, FineTuneOptions options)
    {
        _imageCount = imageCount;
        _batchSize = options.BatchSize;
        _seed = options.Seed;
        bool leavesRestOut = options.BatchNorm == BatchNormTraining.BatchStatistics
            && imageCount >= _batchSize
            && imageCount % _batchSize * SmallRest < _batchSize;
        int whole = leavesRestOut ? imageCount / _batchSize : CeilingOf(imageCount, _batchSize);
        Epochs = options.Epochs ?? CeilingOf(options.Steps, whole);
        StepsPerEpoch = options.Epochs is null ? CeilingOf(options.Steps, Epochs) : whole;
    }

    /// <summary>Number of images.</summary>
    public int Count => _imageCount;

    /// <summary>Number of epochs.</summary>
    public int Epochs { get; }

    /// <summary>Number of steps of each.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Number of all steps.</summary>
    public long Steps => (long)Epochs * StepsPerEpoch;

    /// <summary>The images of a step.</summary>
    public ReadOnlySpan<int> Images(int epoch, int step)
    {
        if (_order is null || _epoch != epoch)
        {
            _order = [.. Enumerable.Range(0, _imageCount)];
            var random = new SplitMix64(_seed, (long)RandomPurpose.Order, epoch);
            random.Shuffle<int>(_order);
            _epoch = epoch;
        }

        int begin = step * _batchSize;
        return _order.AsSpan(begin, Math.Min(_batchSize, _imageCount - begin));
    }

    private static int CeilingOf(int number, int divisor) => (int)(((long)number + divisor - 1) / divisor);
}

/// <summary>What random numbers are for: the first part of their place, so that no two purposes share numbers.</summary>
internal enum RandomPurpose
{
    Order = 1,
    Views = 2,
    Mixup = 3,
    Dropout = 4,
}

using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Which images each step takes: every image at most once an epoch, in an order drawn from the seed.</summary>
/// <param name="photoCount">Number of images, at least 1.</param>
/// <param name="batchSize">Images of a step; the last of an epoch takes what is left.</param>
/// <param name="seed">Seed of the order.</param>
/// <param name="leavesSmallRestOut">Whether a rest of less than a quarter of a batch is left out of its epoch.</param>
internal sealed class BatchPlan(int photoCount, int batchSize, long seed, bool leavesSmallRestOut = false)
{
    private const int SmallRest = 4;

    private int[]? _order;
    private int _epoch;

    public int StepsPerEpoch { get; } = leavesSmallRestOut && photoCount >= batchSize && photoCount % batchSize * SmallRest < batchSize
        ? photoCount / batchSize
        : (photoCount + batchSize - 1) / batchSize;

    /// <summary>The images of a step.</summary>
    public ReadOnlySpan<int> Images(int epoch, int step)
    {
        if (_order is null || _epoch != epoch)
        {
            _order = [.. Enumerable.Range(0, photoCount)];
            var random = new SplitMix64(seed, (long)RandomPurpose.Order, epoch);
            random.Shuffle<int>(_order);
            _epoch = epoch;
        }

        int begin = step * batchSize;
        return _order.AsSpan(begin, Math.Min(batchSize, photoCount - begin));
    }
}

/// <summary>What random numbers are for: the first part of their place, so that no two purposes share numbers.</summary>
internal enum RandomPurpose
{
    Order = 1,
    Views = 2,
    Mixup = 3,
    Dropout = 4,
}

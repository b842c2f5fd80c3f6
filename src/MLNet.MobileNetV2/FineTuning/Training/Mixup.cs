using System.Buffers;
using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Blends every sample of a batch with another one, inputs and targets alike (Zhang et al., "mixup", 2018).</summary>
/// <remarks>One share for the whole batch and a random order of partners, as in the authors' code. Immutable and thread-safe.</remarks>
internal sealed class Mixup
{
    private readonly int[] _partners;

    private Mixup(float share, int[] partners)
    {
        Share = share;
        _partners = partners;
    }

    /// <summary>A sample's own share of the blend, 0 to 1; its partner's is the rest.</summary>
    public float Share { get; }

    /// <summary>For each sample the one that it is blended with: every sample once, some perhaps with themselves.</summary>
    public ReadOnlySpan<int> Partners => _partners;

    /// <summary>Draws share and partners for a batch.</summary>
    /// <param name="batchSize">Samples in the batch, at least 1.</param>
    /// <param name="alpha">The share is drawn from Beta(alpha, alpha). 0 blends nothing; the paper takes 0.1 to 0.4 on ImageNet.</param>
    /// <param name="random">Gives the numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value that is not allowed.</exception>
    public static Mixup Draw(int batchSize, double alpha, ref SplitMix64 random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int[] partners = [.. Enumerable.Range(0, batchSize)];
        float share = (float)BetaDistribution.DrawSymmetric(alpha, ref random);
        random.Shuffle<int>(partners);
        return new(share, partners);
    }

    /// <summary>Blends one array of the batch in place, such as the pixels or the soft targets.</summary>
    /// <exception cref="ArgumentException">The values are no multiple of the samples.</exception>
    public void Blend(Span<float> batch)
    {
        if (batch.Length % _partners.Length != 0)
        {
            throw new ArgumentException(
                $"The batch has {batch.Length} values; a multiple of its {_partners.Length} samples is allowed.", nameof(batch));
        }

        int length = batch.Length / _partners.Length;
        bool[] isDone = ArrayPool<bool>.Shared.Rent(_partners.Length);
        float[] first = ArrayPool<float>.Shared.Rent(length);
        isDone.AsSpan(0, _partners.Length).Clear();
        for (int sample = 0; sample < _partners.Length; sample++)
        {
            BlendCycle(batch, length, sample, first.AsSpan(0, length), isDone);
        }

        ArrayPool<float>.Shared.Return(first);
        ArrayPool<bool>.Shared.Return(isDone);
    }

    // Along a cycle of partners each one is still as it was when it is needed, except the first, which is put aside.
    private void BlendCycle(Span<float> batch, int length, int start, Span<float> first, Span<bool> isDone)
    {
        if (isDone[start])
        {
            return;
        }

        batch.Slice(start * length, length).CopyTo(first);
        int sample = start;
        while (!isDone[sample])
        {
            isDone[sample] = true;
            int partner = _partners[sample];
            ReadOnlySpan<float> other = partner == start ? first : batch.Slice(partner * length, length);
            Span<float> own = batch.Slice(sample * length, length);
            TensorPrimitives.Lerp(other, own, Share, own);
            sample = partner;
        }
    }
}

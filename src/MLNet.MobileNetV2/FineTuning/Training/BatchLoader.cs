using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Fills batches with inputs, targets, weights and dropout, several views at a time.</summary>
internal sealed class BatchLoader(
    InputSource inputs, ITargetSource targets, float[] weights, int featureCount, double dropout, FineTuneOptions options)
    : IBatchLoader
{
    private readonly BatchPlan _plan = new(weights.Length, options);

    public int Epochs => _plan.Epochs;

    public int StepsPerEpoch => _plan.StepsPerEpoch;

    public BatchBuffers CreateBatch() => new(
        Math.Min(options.BatchSize, weights.Length),
        inputs.InputLength,
        targets.Count,
        dropout > 0 ? featureCount : 0,
        options.MixupAlpha > 0 ? inputs.PixelCount : 0);

    public void Fill(BatchBuffers batch, int epoch, int step, CancellationToken cancellationToken)
    {
        int[] images = _plan.Images(epoch, step).ToArray();
        var isRead = new bool[images.Length];
        bool isBlended = options.MixupAlpha > 0;
        void Read(int place)
        {
            int image = images[place];
            isRead[place] = isBlended
                ? inputs.TryReadPixels(image, epoch, batch.Pixels.AsSpan(place * inputs.PixelCount, inputs.PixelCount))
                : inputs.TryRead(image, epoch, batch.Input(place).Span);
            isRead[place] = isRead[place] && targets.TryRead(image, epoch, batch.Target(place));
            batch.Weights[place] = weights[image];
            if (dropout > 0)
            {
                var random = new SplitMix64(options.Seed, (long)RandomPurpose.Dropout, epoch, image);
                DropoutMask.Fill(ref random, dropout, batch.Mask(place));
            }
        }

        new ParallelLoop(options.Workers, cancellationToken).For(images.Length, Read);
        batch.Keep(isRead);
        if (batch.Count == 0 && !inputs.HasUsable)
        {
            throw ImageSplit.NoneLeft(weights.Length);
        }

        if (isBlended && batch.Count > 0)
        {
            Blend(batch, epoch, step, cancellationToken);
        }
    }

    // Views are blended as pixels, before the layers in front, as mixup is defined.
    private void Blend(BatchBuffers batch, int epoch, int step, CancellationToken cancellationToken)
    {
        var random = new SplitMix64(options.Seed, (long)RandomPurpose.Mixup, epoch, step);
        Mixup mixup = Mixup.Draw(batch.Count, options.MixupAlpha, ref random);
        mixup.Blend(batch.Pixels.AsSpan(0, batch.Count * inputs.PixelCount));
        BlendTargets(batch, mixup);
        new ParallelLoop(options.Workers, cancellationToken).For(
            batch.Count,
            place => inputs.ToInput(batch.Pixels.AsMemory(place * inputs.PixelCount, inputs.PixelCount), batch.Input(place).Span));
    }

    // An image counts in a blend by its share times its weight.
    private static void BlendTargets(BatchBuffers batch, Mixup mixup)
    {
        for (int place = 0; place < batch.Count; place++)
        {
            TensorPrimitives.Multiply(batch.Target(place), batch.Weights[place], batch.Target(place));
        }

        mixup.Blend(batch.Targets.AsSpan(0, batch.Count * batch.OutputCount));
        mixup.Blend(batch.Weights.AsSpan(0, batch.Count));
        for (int place = 0; place < batch.Count; place++)
        {
            TensorPrimitives.Divide(batch.Target(place), batch.Weights[place], batch.Target(place));
        }
    }
}

/// <summary>What training multiplies features by before the classifier (inverted dropout): 0, or 1 / (1 - rate).</summary>
internal static class DropoutMask
{
    /// <summary>Draws a mask.</summary>
    public static void Fill(ref SplitMix64 random, double rate, Span<float> mask)
    {
        float kept = (float)(1 / (1 - rate));
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextBoolean(rate) ? 0 : kept;
        }
    }
}

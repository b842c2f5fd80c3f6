using System.Buffers;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Training.Views;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Training;

/// <summary>Fills batches with samples of a detector, their targets and their weights, several views at a time.</summary>
/// <param name="views">The views.</param>
/// <param name="front">The layers in front of those that train.</param>
/// <param name="targets">What anchors should give.</param>
/// <param name="options">The batches, the seed and how often views come again.</param>
/// <param name="budget">Memory for samples that come again.</param>
internal sealed class DetectorBatchLoader(
    DetectionViews views, DetectorFront front, BoxTargets targets, FineTuneOptions options, MemoryBudget budget) : IBatchLoader
{
    private readonly BatchPlan _plan = new(views.Count, options);
    private readonly InputCache _cache = new(budget);
    private readonly int _viewCount = options.Augmentation.IsNone ? 1 : options.ViewsPerImage;

    public int Epochs => _plan.Epochs;

    public int StepsPerEpoch => _plan.StepsPerEpoch;

    // Pixels alone are made again sooner than they are worth their memory.
    private bool IsCached => front.HasLayers && _viewCount > 0;

    public BatchBuffers CreateBatch() => new(
        Math.Min(options.BatchSize, views.Count), front.OutputLength, targets.Length, dropoutLength: 0, pixelCount: 0);

    public void Fill(BatchBuffers batch, int epoch, int step, CancellationToken cancellationToken)
    {
        int[] images = _plan.Images(epoch, step).ToArray();
        int number = _viewCount == 0 ? epoch : epoch % _viewCount;
        new ParallelLoop(options.Workers, cancellationToken).For(images.Length, place =>
        {
            DetectionView view = views.Draw(number, images[place]);

            // The loss of a view is over the anchors that learn a box; in the batch, each of these counts alike.
            batch.Weights[place] = Math.Max(1, targets.Write(view.Boxes, batch.Target(place)));
            if (!IsCached || !_cache.TryRead(images[place], number, batch.Input(place).Span))
            {
                Read(images[place], number, view, batch.Input(place).Span);
            }
        });
        batch.Count = images.Length;
    }

    private void Read(int image, int number, DetectionView view, Span<float> sample)
    {
        float[] pixels = ArrayPool<float>.Shared.Rent(views.PixelCount);
        try
        {
            views.Fill(image, view, pixels.AsSpan(0, views.PixelCount));
            front.Run(pixels.AsMemory(0, views.PixelCount), sample);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }

        if (IsCached)
        {
            _cache.Add(image, number, sample);
        }
    }
}

using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>Fills steps with views and what the teacher makes of them. One thread at a time may call it.</summary>
internal sealed class DistillationData(InputSource views, TeacherSession teacher, BatchPlan plan, int workers)
{
    /// <summary>Fills a step; images that are left out because they can no longer be read make it smaller, down to none.</summary>
    /// <exception cref="BadImageException">An image can no longer be read, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">No image of the training is left.</exception>
    public void Fill(DistillationBatch batch, int epoch, int step, CancellationToken cancellationToken)
    {
        int[] images = plan.Images(epoch, step).ToArray();
        var isRead = new bool[images.Length];
        new ParallelLoop(workers, cancellationToken).For(images.Length, view =>
        {
            isRead[view] = views.TryReadPixels(images[view], epoch, batch.PixelsOf(view).Span);
            if (isRead[view])
            {
                teacher.Run(batch, view);
            }
        });
        batch.Keep(isRead);
        if (batch.Count == 0 && !views.HasUsable)
        {
            throw ImageSplit.NoneLeft(plan.Count);
        }
    }
}

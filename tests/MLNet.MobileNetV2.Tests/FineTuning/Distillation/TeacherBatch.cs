using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

/// <summary>Random views with what a tiny teacher makes of them.</summary>
internal sealed class TeacherBatch : IDisposable
{
    public const int Count = 6;

    public TeacherBatch(MobileNetV2Weights weights)
    {
        Weights = weights;
        Units = UnitRange.UnitsOf(weights.Architecture);
        Session = new TeacherSession(weights, Enumerable.Range(0, Units));
        Batch = new DistillationBatch(Count, Session.PixelCount, Session.Lengths) { Count = Count };
        var random = new Random(1);
        for (int view = 0; view < Count; view++)
        {
            foreach (ref float pixel in Batch.PixelsOf(view).Span)
            {
                pixel = random.NextSingle() * 255;
            }

            Session.Run(Batch, view);
        }
    }

    public MobileNetV2Weights Weights { get; }

    public int Units { get; }

    public TeacherSession Session { get; }

    public DistillationBatch Batch { get; }

    public void Dispose() => Session.Dispose();
}

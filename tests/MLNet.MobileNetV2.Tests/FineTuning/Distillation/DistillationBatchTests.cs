using MLNet.MobileNetV2.FineTuning.Distillation;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class DistillationBatchTests
{
    [Fact]
    public void Keep_MovesTheViewsThatWereReadTogether()
    {
        var batch = new DistillationBatch(3, pixelCount: 2, new Dictionary<string, int> { ["features"] = 1 });
        for (int view = 0; view < 3; view++)
        {
            batch.PixelsOf(view).Span.Fill(view);
            batch.OutputOf("features", view).Span.Fill(10 + view);
        }

        batch.Keep([true, false, true]);

        Assert.Equal(2, batch.Count);
        Assert.Equal([0, 0, 2, 2], batch.FirstPixels(2).ToArray());
        Assert.Equal([10, 12], batch.Output("features", 2).ToArray());
    }
}

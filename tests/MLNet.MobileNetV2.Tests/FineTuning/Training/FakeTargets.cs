using System.Collections.Concurrent;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

/// <summary>A target of one value that tells image and epoch, remembers who asked, and does on the way what a test wants.</summary>
internal sealed class FakeTargets(Action<int, int>? onRead = null) : ITargetSource
{
    public int Count => 1;

    public ConcurrentQueue<(int Photo, int Epoch)> Reads { get; } = new();

    public static float Value(int photo, int epoch) => (1000 * epoch) + photo;

    public bool TryRead(int photo, int epoch, Span<float> target)
    {
        onRead?.Invoke(photo, epoch);
        target[0] = Value(photo, epoch);
        Reads.Enqueue((photo, epoch));
        return true;
    }
}

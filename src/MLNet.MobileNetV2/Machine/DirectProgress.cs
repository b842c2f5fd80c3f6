namespace MLNet.MobileNetV2.Machine;

/// <summary>Reports at once on the caller's thread; <see cref="Progress{T}"/> would report later, in any order.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

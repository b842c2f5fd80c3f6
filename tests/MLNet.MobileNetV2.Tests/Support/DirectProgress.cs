namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Reports at once, on the reporting thread.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

using System.Globalization;
using BenchmarkDotNet.Running;
using MLNet.MobileNetV2.Benchmarks;
using MLNet.MobileNetV2.Images;

switch (args)
{
    case ["throughput", var photos, .. var decoding]:
        return ThroughputReport.Run(
            photos, decoding is [var name] ? Enum.Parse<JpegDecoding>(name) : JpegDecoding.Oversampled, rounds: 7);
    case ["serving", var photos, var seconds]:
        return await ServingReport.RunAsync(photos, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
    case ["cache", var photos, var command]:
        return CacheReport.Run(photos, command, photoCount: 2400);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(HeadBenchmarks).Assembly).Run(args);
        return 0;
}

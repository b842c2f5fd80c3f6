using System.Globalization;
using BenchmarkDotNet.Running;
using MLNet.MobileNetV2.Benchmarks;
using MLNet.MobileNetV2.Images;

if (args is ["throughput", var folder, .. var decoding])
{
    return ThroughputReport.Run(folder, decoding is [var name] ? Enum.Parse<JpegDecoding>(name) : JpegDecoding.Oversampled, rounds: 7);
}

if (args is ["serving", var photos, var seconds])
{
    return await ServingReport.RunAsync(photos, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
}

BenchmarkSwitcher.FromAssembly(typeof(HeadBenchmarks).Assembly).Run(args);
return 0;

using System.Globalization;
using BenchmarkDotNet.Running;
using MLNet.MobileNetV2.Benchmarks;

if (args is ["throughput", var folder])
{
    return ThroughputReport.Run(folder, rounds: 7);
}

if (args is ["serving", var photos, var seconds])
{
    return await ServingReport.RunAsync(photos, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
}

BenchmarkSwitcher.FromAssembly(typeof(HeadBenchmarks).Assembly).Run(args);
return 0;

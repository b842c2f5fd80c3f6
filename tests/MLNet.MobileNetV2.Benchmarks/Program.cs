using BenchmarkDotNet.Running;
using MLNet.MobileNetV2.Benchmarks;

if (args is ["throughput", var folder])
{
    return ThroughputReport.Run(folder, rounds: 7);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;

using MLNet.MobileNetV2.Cli;
using MLNet.MobileNetV2.Cli.Hosting;

using var signals = new StopSignals();
return await CommandLine.RunAsync(args, StandardWriters.Output(), StandardWriters.Error(), signals.Token);

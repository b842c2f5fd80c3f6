using System.Globalization;
using BenchmarkDotNet.Running;
using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Benchmarks;
using MLNet.MobileNetV2.Benchmarks.Checks;
using MLNet.MobileNetV2.Benchmarks.Recipes;

switch (args)
{
    case ["throughput", var photos, .. var decoding]:
        return ThroughputReport.Run(
            photos, decoding is [var name] ? Enum.Parse<JpegDecoding>(name) : JpegDecoding.Oversampled, rounds: 7);
    case ["serving", var photos, var seconds]:
        return await ServingReport.RunAsync(photos, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
    case ["cache", var photos, var command]:
        return CacheReport.Run(photos, command, photoCount: 2400);
    case ["fine-tune", .. var microBatches]:
        return FineTuneReport.Run([.. microBatches.Select(text => int.Parse(text, CultureInfo.InvariantCulture))], rounds: 7);
    case ["from-scratch", .. var sides]:
        return FineTuneReport.RunFromScratch([.. sides.Select(text => int.Parse(text, CultureInfo.InvariantCulture))], rounds: 7);
    case ["pytorch", .. var python]:
        return PyTorchReport.Run(
            python is [var path, ..] ? path : "/usr/bin/python3",
            python is [_, var threads] ? int.Parse(threads, CultureInfo.InvariantCulture) : Environment.ProcessorCount,
            rounds: 5);
    case ["label-noise", var weights, .. var folders]:
        return LabelNoiseReport.Run(WeightsSource.Parse(weights), folders);
    case ["duplicates", var photos]:
        return DuplicateReport.Run(photos);
    case ["unknown", var weights, var others, .. var sets]:
        return UnknownReport.Run(WeightsSource.Parse(weights), others, sets);
    case ["grow", var weights, .. var sets]:
        return GrowthReport.Run(WeightsSource.Parse(weights), sets);
    case ["heads", var weights]:
        return HeadReport.Run(WeightsSource.Parse(weights));
    case ["recipes", var results, .. var arguments]:
        return RecipeReport.Run(results, arguments);
    case ["distill", var epochs, var start, var output, var unlabelled, .. var labelled]:
        return DistillationReport.Run(int.Parse(epochs, CultureInfo.InvariantCulture), start, output, unlabelled, labelled);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(HeadBenchmarks).Assembly).Run(args);
        return 0;
}

using System.Diagnostics;
using System.Globalization;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// What a training step (losses and gradients of 32 images) costs beside the forward inference of the same images through
/// the same part of the network, by turns in one process, and the most memory that the process takes.
/// </summary>
internal static class FineTuneReport
{
    private const int BatchSize = 32;
    private const int Side = 224;

    /// <summary>Reports for each number of samples of a run of the graph; none for the library's own choice.</summary>
    public static int Run(int[] microBatches, int rounds)
    {
        MobileNetV2Weights weights = StepCase.Weights(Side);
        foreach (int microBatch in microBatches.Length == 0 ? [0] : microBatches)
        {
            foreach (FineTuneBlocks blocks in (FineTuneBlocks[])[FineTuneBlocks.Last(3), FineTuneBlocks.Last(8), FineTuneBlocks.All])
            {
                Report(weights, new GradientOptions { Blocks = blocks, MicroBatch = microBatch }, rounds);
            }
        }

        return 0;
    }

    /// <summary>Reports steps of the whole network as from scratch, with the statistics of the batch, for each side of images.</summary>
    public static int RunFromScratch(int[] sides, int rounds)
    {
        foreach (int side in sides)
        {
            var options = new GradientOptions { Blocks = FineTuneBlocks.All, BatchNorm = BatchNormTraining.BatchStatistics };
            Console.Write(string.Create(CultureInfo.InvariantCulture, $"{side} pixels, statistics of the batch, "));
            Report(StepCase.Weights(side), options, rounds);
        }

        return 0;
    }

    private static void Report(MobileNetV2Weights weights, GradientOptions options, int rounds)
    {
        (GradientEngine engine, GradientBatch batch, float[] parameters, float[] gradient) = StepCase.Engine(weights, options, BatchSize);
        using GradientEngine disposed = engine;
        var part = new TrainedPart(weights, options.Blocks);
        using var inference = new OutputEvaluator(weights, part, Environment.ProcessorCount);
        float[] outputs = new float[BatchSize * part.OutputCount];
        var forward = new List<(double Wall, double Processor)>();
        var step = new List<(double Wall, double Processor)>();
        var head = new List<double>();
        for (int round = -1; round < rounds; round++)
        {
            (double, double) forwardTime = Seconds(() => inference.Run(batch.Inputs, outputs, CancellationToken.None));
            (double, double) stepTime = Seconds(() => engine.Run(parameters, batch, gradient));
            (double headTime, _) = Seconds(() => engine.Run(parameters, batch, gradient, depth: 0, CancellationToken.None));
            if (round >= 0)
            {
                forward.Add(forwardTime);
                step.Add(stepTime);
                head.Add(headTime / forwardTime.Item1);
            }
        }

        double ratio = Median(step.Zip(forward, (s, f) => s.Wall / f.Wall));
        double processorRatio = Median(step.Zip(forward, (s, f) => s.Processor / f.Processor));
        double memory = Process.GetCurrentProcess().PeakWorkingSet64 / (1024.0 * 1024 * 1024);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"blocks {options.Blocks}, micro-batch {options.MicroBatch}: forward {Median(forward.Select(f => f.Wall)) * 1000:F0} "
                + $"ms, step {Median(step.Select(s => s.Wall)) * 1000:F0} ms for {BatchSize} images, ratio {ratio:F2} "
                    + $"({processorRatio:F2} in processor time), with the classifier alone {Median(head):F2}; "
                    + $"peak memory {memory:F2} GiB"));
    }

    // Processor time too, because other processes on the machine disturb it less.
    public static (double Wall, double Processor) Seconds(Action work)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        work();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

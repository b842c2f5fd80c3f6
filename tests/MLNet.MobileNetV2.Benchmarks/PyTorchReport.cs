using System.Diagnostics;
using System.Globalization;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// Forward passes and training steps beside PyTorch's with torchvision's MobileNetV2, by turns in one run, each with as many threads.
/// Python has a process of its own.
/// </summary>
internal static class PyTorchReport
{
    private const int BatchSize = 32;
    private const int Classes = 10;
    private const string Missing =
        "PyTorch was not measured: '{0}' cannot import torch and torchvision ({1}). On Debian or Ubuntu: apt-get install -y python3-torch "
        + "python3-torchvision. Another Python: -- pytorch PATH.";

    public static int Run(string python, int threads, int rounds)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "pytorch_steps.py");
        Process? process = Start(python, script, threads, out string? reason);
        if (process is null)
        {
            Console.Error.WriteLine(Missing, python, reason);
            return 1;
        }

        using (process)
        {
            using var ours = new OwnNetwork(threads);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{BatchSize} images of 224 pixels, frozen batch norm, threads: {threads}, {rounds} rounds by turns, medians"));
            Console.WriteLine("| | this library, ms | PyTorch, ms | ratio | ratio in processor time |");
            Console.WriteLine("|---|---|---|---|---|");
            Compare(process, "forward, 1 image", "forward 1", ours.ForwardOne, rounds);
            Compare(process, "forward, 32 images", "forward 32", ours.ForwardAll, rounds);
            Compare(process, "step of the last 3 blocks", "step 3", ours.StepLast, rounds);
            Compare(process, "step of the last 3 blocks behind kept inputs", "kept 3", ours.StepLastKept, rounds);
            Compare(process, "step of the whole network", "step all", ours.StepAll, rounds);
            double memory = Process.GetCurrentProcess().PeakWorkingSet64 / (1024.0 * 1024);
            double other = Ask(process, "memory")[0];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| peak memory of the process, MiB | {memory:F0} | {other:F0} | {memory / other:F2} | |"));
            process.StandardInput.Close();
            process.WaitForExit();
        }

        return 0;
    }

    private static Process? Start(string python, string script, int threads, out string? reason)
    {
        var start = new ProcessStartInfo(python, [script, threads.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            Process process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine()?.StartsWith("ready", StringComparison.Ordinal) == true)
            {
                reason = null;
                return process;
            }

            reason = process.StandardError.ReadToEnd().TrimEnd().Split('\n')[^1];
            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            reason = error.Message;
        }

        return null;
    }

    private static void Compare(Process python, string what, string command, Action own, int rounds)
    {
        Ask(python, command);
        own();
        var pairs = new List<((double Wall, double Processor) Own, double[] Other)>();
        for (int round = 0; round < rounds; round++)
        {
            double[] other = Ask(python, command);
            pairs.Add((FineTuneReport.Seconds(own), other));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {FineTuneReport.Median(pairs.Select(pair => pair.Own.Wall)) * 1000:F1} "
            + $"| {FineTuneReport.Median(pairs.Select(pair => pair.Other[0])) * 1000:F1} "
            + $"| {FineTuneReport.Median(pairs.Select(pair => pair.Own.Wall / pair.Other[0])):F2} "
            + $"| {FineTuneReport.Median(pairs.Select(pair => pair.Own.Processor / pair.Other[1])):F2} |"));
    }

    private static double[] Ask(Process python, string command)
    {
        python.StandardInput.WriteLine(command);
        python.StandardInput.Flush();
        string line = python.StandardOutput.ReadLine() ?? throw new InvalidOperationException(python.StandardError.ReadToEnd());
        return [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    /// <summary>The library's own network, as it is used: one thread a view for many, all threads for one.</summary>
    private sealed class OwnNetwork : IDisposable
    {
        private readonly NetworkSession _one;
        private readonly OutputEvaluator _all;
        private readonly FrontLayers _front;
        private readonly (GradientEngine Engine, GradientBatch Batch, float[] Parameters, float[] Gradient) _last;
        private readonly (GradientEngine Engine, GradientBatch Batch, float[] Parameters, float[] Gradient) _whole;
        private readonly ParallelLoop _loop;
        private readonly float[] _pixels = new float[BatchSize * 3 * 224 * 224];
        private readonly float[] _maps;
        private readonly float[] _outputs = new float[BatchSize * Classes];

        public OwnNetwork(int threads)
        {
            _loop = new ParallelLoop(threads, CancellationToken.None);
            MobileNetV2Weights weights = StepCase.Weights(224);
            _one = new NetworkSession(
                weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(IntraOpThreadCount: threads));
            _all = new OutputEvaluator(weights, new TrainedPart(weights, FineTuneBlocks.All), threads);
            _last = StepCase.Engine(weights, new GradientOptions { Blocks = FineTuneBlocks.Last(3), ThreadCount = threads }, BatchSize);
            _whole = StepCase.Engine(weights, new GradientOptions { Blocks = FineTuneBlocks.All, ThreadCount = threads }, BatchSize);
            _front = new FrontLayers(weights, _last.Engine.InputTap);
            _maps = new float[BatchSize * _front.OutputLength];
        }

        public void ForwardOne() => _one.Run(_pixels, _outputs.AsSpan(0, Classes));

        public void ForwardAll() => _all.Run(_pixels, _outputs, CancellationToken.None);

        public void StepLast()
        {
            _loop.For(BatchSize, i => _front.Run(
                _pixels.AsMemory(i * _pixels.Length / BatchSize, _pixels.Length / BatchSize),
                _maps.AsSpan(i * _front.OutputLength, _front.OutputLength)));
            StepLastKept();
        }

        public void StepLastKept() => _last.Engine.Run(_last.Parameters, _last.Batch, _last.Gradient);

        public void StepAll() => _whole.Engine.Run(_whole.Parameters, _whole.Batch, _whole.Gradient);

        public void Dispose()
        {
            _one.Dispose();
            _all.Dispose();
            _front.Dispose();
            _last.Engine.Dispose();
            _whole.Engine.Dispose();
        }
    }
}

using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>Prints what a model sees in images, each as soon as it is known, and goes on after a bad one.</summary>
internal static class PredictionPrinter
{
    /// <summary>Prints every image.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="json">Whether as JSON.</param>
    /// <param name="predictions">What the model sees.</param>
    /// <param name="shape">A class as JSON has it.</param>
    /// <returns>The exit code: done where at least one image could be used.</returns>
    public static async Task<int> PrintAsync<TScore>(
        Terminal terminal, bool json, IAsyncEnumerable<ImagePrediction> predictions, Func<ClassScore, TScore> shape)
    {
        int done = 0;
        int failed = 0;
        await foreach (ImagePrediction prediction in predictions)
        {
            if (prediction.Error is { } error)
            {
                PrintError(terminal, json, prediction.Path!, error.Reason);
                failed++;
            }
            else
            {
                Print(terminal, json, prediction.Path!, prediction.Scores, shape);
                done++;
            }
        }

        if (failed > 0)
        {
            await terminal.Error.WriteLineAsync($"{failed} of {done + failed} cannot be used.");
        }

        return done > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print<TScore>(
        Terminal terminal, bool json, string path, IReadOnlyList<ClassScore> top, Func<ClassScore, TScore> shape)
    {
        if (json)
        {
            terminal.WriteJson(new PredictionResult<TScore>(path, top[0].Label, top[0].Score, [.. top.Select(shape)]));
            return;
        }

        IEnumerable<string> scores = top.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Label} {score.Score:P1}"));
        terminal.Output.WriteLine($"{path}: {string.Join(", ", scores)}");
    }

    private static void PrintError(Terminal terminal, bool json, string path, string reason)
    {
        if (json)
        {
            terminal.WriteJson(new PredictionError(path, reason));
        }
        else
        {
            terminal.Error.WriteLine($"{path}: {reason}");
        }
    }
}

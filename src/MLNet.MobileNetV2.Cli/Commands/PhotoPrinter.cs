using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>Prints what came of photos, each as soon as it is known, and goes on after a bad one.</summary>
internal static class PhotoPrinter
{
    /// <summary>Prints what came of every photo.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="json">Whether errors are printed as JSON.</param>
    /// <param name="outcomes">What came of them.</param>
    /// <param name="print">Prints the result of a photo.</param>
    /// <param name="isStrict">Whether a bad photo is a failure.</param>
    /// <returns>The exit code: done where at least one photo could be used, or, if strict, every photo.</returns>
    public static async Task<int> PrintAsync<T>(
        Terminal terminal, bool json, IAsyncEnumerable<PhotoOutcome<T>> outcomes, Action<string, T> print, bool isStrict = false)
    {
        int done = 0;
        int failed = 0;
        await foreach (PhotoOutcome<T> outcome in outcomes)
        {
            if (outcome.Error is { } error)
            {
                PrintError(terminal, json, outcome.Path, error.Reason);
                failed++;
            }
            else
            {
                print(outcome.Path, outcome.Result!);
                done++;
            }
        }

        if (failed > 0)
        {
            terminal.Warn($"{failed} of {done + failed} cannot be used.");
        }

        return done > 0 && (failed == 0 || !isStrict) ? ExitCode.Done : ExitCode.Failed;
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

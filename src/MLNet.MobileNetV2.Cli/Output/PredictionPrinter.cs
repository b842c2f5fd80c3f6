using System.Globalization;
using MLNet.MobileNetV2.Cli.Models;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Prints one result a picture as soon as it is known, and goes on after a bad picture.</summary>
internal sealed class PredictionPrinter<TScore>(Terminal terminal, bool json, Func<ClassScore, TScore> shape)
{
    /// <summary>Ranks and prints every picture.</summary>
    /// <returns>The exit code: done where at least one picture could be used.</returns>
    public int Print(IEnumerable<ImageArgument> images, Func<string, IReadOnlyList<ClassScore>> rank, CancellationToken cancellationToken)
    {
        int done = 0;
        int failed = 0;
        foreach ((string path, string? problem) in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((problem ?? TryPrint(path, rank)) is { } reason)
            {
                PrintError(path, reason);
                failed++;
            }
            else
            {
                done++;
            }
        }

        if (failed > 0)
        {
            terminal.Error.WriteLine($"{failed} of {done + failed} cannot be used.");
        }

        return done > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private string? TryPrint(string path, Func<string, IReadOnlyList<ClassScore>> rank)
    {
        try
        {
            PrintTop(path, rank(path));
            return null;
        }
        catch (BadImageException error)
        {
            return error.Reason;
        }
    }

    private void PrintTop(string path, IReadOnlyList<ClassScore> top)
    {
        if (json)
        {
            terminal.WriteJson(new PredictionResult<TScore>(path, top[0].Label, top[0].Score, [.. top.Select(shape)]));
            return;
        }

        IEnumerable<string> scores = top.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Label} {score.Score:P1}"));
        terminal.Output.WriteLine($"{path}: {string.Join(", ", scores)}");
    }

    private void PrintError(string path, string reason)
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

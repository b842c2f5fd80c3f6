using System.Globalization;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>Prints the most probable classes of photos.</summary>
internal static class PredictionPrinter
{
    /// <summary>Names every photo and prints its classes.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="json">Whether as JSON.</param>
    /// <param name="outcomes">What the model sees in them.</param>
    /// <param name="shape">A class as JSON has it.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> PrintAsync<TScore>(
        Terminal terminal, bool json, IAsyncEnumerable<PhotoOutcome<IReadOnlyList<ClassScore>>> outcomes, Func<ClassScore, TScore> shape) =>
        PhotoPrinter.PrintAsync(terminal, json, outcomes, (path, top) =>
        {
            if (json)
            {
                terminal.WriteJson(new PredictionResult<TScore>(path, top[0].Label, top[0].Score, [.. top.Select(shape)]));
                return;
            }

            IEnumerable<string> scores = top.Select(
                score => string.Create(CultureInfo.InvariantCulture, $"{score.Label} {score.Score:P1}"));
            terminal.Output.WriteLine($"{path}: {string.Join(", ", scores)}");
        });
}

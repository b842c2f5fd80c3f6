using System.Globalization;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Labelling;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>Prints the most probable classes of photos.</summary>
internal static class PredictionPrinter
{
    /// <summary>Prints every photo's classes.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="json">Whether as JSON.</param>
    /// <param name="outcomes">What the photos are called.</param>
    /// <param name="shape">A class as JSON has it.</param>
    /// <param name="isStrict">Whether a bad photo is a failure.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> PrintAsync<TScore>(
        Terminal terminal,
        bool json,
        IAsyncEnumerable<PhotoOutcome<PhotoLabel>> outcomes,
        Func<ClassScore, TScore> shape,
        bool isStrict) =>
        PhotoPrinter.PrintAsync(
            terminal,
            json,
            outcomes,
            (path, label) =>
            {
                if (json)
                {
                    ClassScore best = label.Scores[0];
                    terminal.WriteJson(new PredictionResult<TScore>(
                        path,
                        best.Label,
                        best.Score,
                        label.Unknown is not null,
                        [.. label.Scores.Select(shape)],
                        label.SortedTo,
                        label.Nearest));
                }
                else
                {
                    terminal.Output.WriteLine($"{path}: {Text(label)}");
                }
            },
            isStrict);

    private static string Text(PhotoLabel label)
    {
        string scores = string.Join(
            ", ", label.Scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Label} {score.Score:P1}")));
        string text = label.Unknown is { } unknown ? $"{unknown} ({scores})" : scores;
        text += NearestText(label.Nearest);
        return label.SortedTo is { } target ? $"{text} -> {target}" : text;
    }

    /// <summary>The training photos that a photo is most like, to follow a text; empty for null.</summary>
    public static string NearestText(IReadOnlyList<NearestImage>? nearest) => nearest is null
        ? string.Empty
        : "; nearest: " + string.Join(", ", nearest.Select(image => string.Create(
            CultureInfo.InvariantCulture, $"{image.Path} ({image.Label}, {image.Similarity:F3})")));
}

using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>compare</c>: which of two saved models names the images of a folder better, and whether it may be chance.</summary>
internal static class CompareCommand
{
    private const double Level = 0.05;

    public static Command Create(Terminal terminal)
    {
        Argument<string> first = CommonSymbols.Required(new Argument<string>("first.zip") { Description = "A model that 'train' saved." });
        Argument<string> second = CommonSymbols.Required(new Argument<string>("second.zip") { Description = "Another one." });
        Argument<string> folder = CommonSymbols.Folder();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("compare", "Compares two saved models on a folder of images, image by image.")
        {
            first, second, folder, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal,
            [parsed.GetRequiredValue(first), parsed.GetRequiredValue(second)],
            parsed.GetRequiredValue(folder),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string[] models, string folder, bool json, CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<ImageFile> files) = FolderScores.Read(terminal, folder, cancellationToken);
        FolderScores first = await FolderScores.OfAsync(terminal, models[0], folder, files, groupOf: null, cancellationToken);
        FolderScores second = await FolderScores.OfAsync(terminal, models[1], folder, files, groupOf: null, cancellationToken);
        BadImage[] skipped = [.. first.Skipped.Concat(second.Skipped).DistinctBy(image => image.Path)];
        terminal.WriteSkipped(skipped);

        // Two kinds of models may refuse different images: those count that both name.
        Dictionary<string, ScoredImage> others = second.Images.ToDictionary(image => image.Path!, StringComparer.Ordinal);
        (bool, bool)[] pairs =
        [
            .. first.Images.Where(image => others.ContainsKey(image.Path!))
                .Select(image => (IsRight(image), IsRight(others[image.Path!]))),
        ];
        if (pairs.Length == 0)
        {
            throw new CommandFailedException($"No image in '{folder}' can be used by both models.");
        }

        var comparison = ClassifierComparison.Create(pairs);
        if (json)
        {
            terminal.WriteJson(CompareResult.Of(comparison, skipped));
        }
        else
        {
            Write(terminal, models, comparison);
        }

        return ExitCode.Done;
    }

    private static bool IsRight(ScoredImage image) => TensorPrimitives.IndexOfMax(image.Probabilities.Span) == image.TrueClass;

    private static void Write(Terminal terminal, string[] models, ClassifierComparison comparison)
    {
        terminal.Output.WriteLine(Text($"{comparison.Images} images"));
        terminal.Output.WriteLine(Text($"{models[0]}: accuracy {comparison.FirstAccuracy:P1}, alone right on {comparison.FirstOnly}"));
        terminal.Output.WriteLine(Text($"{models[1]}: accuracy {comparison.SecondAccuracy:P1}, alone right on {comparison.SecondOnly}"));
        ConfidenceInterval interval = comparison.DifferenceInterval;
        terminal.Output.WriteLine(
            $"difference {Points(comparison.Difference)} points (95 % interval {Points(interval.Low)} to {Points(interval.High)}), "
            + Text($"McNemar's exact test p = {comparison.PValue:G3}: ")
            + (comparison.PValue < Level ? "more than chance" : "may be chance"));
    }

    private static string Points(double share) => Text($"{100 * share:+0.0;-0.0;0.0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>predict</c>: what a saved model sees in pictures.</summary>
internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        Argument<string[]> images = CommonSymbols.Images();
        Option<int> top = CommonSymbols.Top();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("predict", "Names pictures with a saved model.") { model, images, top, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            using ModelScorer scorer = ModelScorer.Load(parsed.GetRequiredValue(model));
            var printer = new PredictionPrinter<LabelScore>(
                terminal, parsed.GetValue(json), score => new LabelScore(score.Label, score.Score));
            int count = parsed.GetValue(top);
            int exitCode = printer.Print(
                ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken),
                path => ClassRanking.Top(scorer.Classes, scorer.Score(path), count),
                cancellationToken);
            return Task.FromResult(exitCode);
        });
        return command;
    }
}

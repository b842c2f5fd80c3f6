using System.CommandLine;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>predict</c>: what a saved model sees in images.</summary>
internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        Argument<string[]> images = CommonSymbols.Images();
        Option<int> top = CommonSymbols.Top();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("predict", "Names images with a saved model.") { model, images, top, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var loaded = PictureModel.Load(parsed.GetRequiredValue(model));
            IEnumerable<ImageArgument> pictures = ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken);
            return await PredictionPrinter.PrintAsync(
                terminal,
                parsed.GetValue(json),
                loaded.PredictAsync(pictures, parsed.GetValue(top), cancellationToken),
                score => new LabelScore(score.Label, score.Score));
        });
        return command;
    }
}

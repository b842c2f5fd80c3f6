using System.CommandLine;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Labelling;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>classify</c>: what the pretrained network itself sees in images.</summary>
internal static class ClassifyCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> images = CommonSymbols.Images();
        Option<WeightsSource> weights = CommonSymbols.Weights(
            $"auto, {CommonSymbols.CatalogNames}, or a weight file with a classifier ({CommonSymbols.WeightFiles}). "
                + "auto takes ImageNet's if they are available, else the embedded ones, and says so.");
        Option<int> top = CommonSymbols.Top();
        Option<bool> json = CommonSymbols.Json();
        Option<bool> strict = CommonSymbols.Strict();
        var command = new Command(
            "classify", "Names images with a pretrained network's own classes: ImageNet's 1000, 964 birds, or 1021 insects.")
        {
            images, weights, top, json, strict,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            MobileNetV2Predictor predictor =
                await PretrainedChoice.LoadAsync(terminal, parsed.GetRequiredValue(weights), cancellationToken);
            using var model = PictureModel.Of(predictor);
            IEnumerable<ImageArgument> pictures = ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken);
            return await PredictionPrinter.PrintAsync(
                terminal,
                parsed.GetValue(json),
                new PhotoLabeller(UnknownRule.None).LabelAsync(
                    model.PredictAsync(pictures, parsed.GetValue(top), cancellationToken)),
                score => new IndexedLabelScore(score.Index, score.Label, score.Score),
                parsed.GetValue(strict));
        });
        return command;
    }
}

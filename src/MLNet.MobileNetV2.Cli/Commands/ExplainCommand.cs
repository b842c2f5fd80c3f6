using System.CommandLine;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>explain</c>: which places of images speak for a class.</summary>
internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Required(new Argument<string>("model.zip|name")
        {
            Description = $"A model that 'train' saved; or a pretrained network: auto, {CommonSymbols.CatalogNames}.",
        });
        Argument<string[]> images = CommonSymbols.Images();
        Option<string> output = CommonSymbols.Required(new Option<string>("--output")
        {
            Description = "The folder for a picture of each image, upright and at its size, NAME-explained.jpg: bright where it speaks "
                + "for the class. It is made where it is not there.",
            HelpName = "folder",
        });
        Option<string> label = CommonSymbols.NotEmpty(new Option<string>("--class")
        {
            Description = "The class to explain. Default: the most probable one of each image.",
            HelpName = "name",
        });
        Option<int?> nearest = CommonSymbols.Nearest();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("explain", "Shows which places of images speak for the class that a model sees in them.")
        {
            model, images, output, label, nearest, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = PictureFolder.Open(parsed.GetRequiredValue(output));
            using MobileNetV2Predictor predictor =
                await ExplainedModel.LoadAsync(terminal, parsed.GetRequiredValue(model), cancellationToken);
            var photos = NearestPhotos.Open(parsed.GetRequiredValue(model), predictor, parsed.GetValue(nearest));
            int? index = parsed.GetValue(label) is { } name ? ExplainedModel.IndexOf(predictor.Labels, name) : null;
            IEnumerable<ImageArgument> pictures = ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken);
            return await PhotoPrinter.PrintAsync(
                terminal,
                parsed.GetValue(json),
                PhotoOutcome<ExplainResult>.OfEach(
                    pictures, (path, stop) => ExplainAsync(predictor, photos, path, index, folder.StemOf(path), stop), cancellationToken),
                (_, result) => Print(terminal, parsed.GetValue(json), result));
        });
        return command;
    }

    private static async Task<ExplainResult> ExplainAsync(
        MobileNetV2Predictor predictor, NearestPhotos? photos, string path, int? index, string stem, CancellationToken cancellationToken)
    {
        ImageExplanation found = await predictor.ExplainAsync(path, index, cancellationToken);
        string overlay = $"{stem}-explained{PhotoPicture.ExtensionFor(found.ImageWidth, found.ImageHeight)}";
        await Task.Run(() => found.SaveOverlay(path, overlay, cancellationToken), cancellationToken);
        return new(path, found.Label, found.Score, overlay, photos is null ? null : await photos.OfAsync(path, cancellationToken));
    }

    private static void Print(Terminal terminal, bool json, ExplainResult result)
    {
        if (json)
        {
            terminal.WriteJson(result);
        }
        else
        {
            terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Path}: {result.Label} {result.Score:P1}{PredictionPrinter.NearestText(result.Nearest)} -> {result.Overlay}"));
        }
    }
}

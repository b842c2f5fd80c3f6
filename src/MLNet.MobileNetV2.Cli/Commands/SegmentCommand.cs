using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>segment</c>: what each pixel of images shows.</summary>
internal static class SegmentCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> images = CommonSymbols.Images();
        Option<string> output = CommonSymbols.Required(new Option<string>("--output")
        {
            Description = "The folder for two pictures of each image, at its size: NAME-mask.png, whose pixels are the numbers of the "
                + "classes, and NAME-overlay.jpg, the image with the classes' colours. It is made where it is not there.",
            HelpName = "folder",
        });
        Option<string> weights = Weights();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("segment", "Finds the class of each pixel of images, of Pascal VOC's 20 and the background.")
        {
            images, output, weights, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = PictureFolder.Open(parsed.GetRequiredValue(output));
            using MobileNetV2Segmenter segmenter =
                await SegmenterChoice.LoadAsync(terminal, parsed.GetRequiredValue(weights), cancellationToken);
            IEnumerable<ImageArgument> pictures = ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken);
            return await PhotoPrinter.PrintAsync(
                terminal,
                parsed.GetValue(json),
                PhotoOutcome<SegmentResult>.OfEach(
                    pictures, (path, stop) => SegmentAsync(segmenter, path, folder.StemOf(path), stop), cancellationToken),
                (_, result) => Print(terminal, parsed.GetValue(json), result));
        });
        return command;
    }

    private static Option<string> Weights()
    {
        string names = string.Join(", ", PretrainedSegmenter.All.Select(model => model.Name));
        Option<string> weights = new("--weights")
        {
            Description = $"{names}, or a TFLite file with DeepLabv3's reduced head on MobileNetV2.",
            HelpName = "name|file",
            DefaultValueFactory = _ => PretrainedSegmenter.Voc.Name,
        };
        weights.Validators.Add(result =>
        {
            if (result is OptionResult { Tokens: [{ Value: var value }] } && !SegmenterChoice.IsKnown(value))
            {
                result.AddError(string.IsNullOrWhiteSpace(value)
                    ? "--weights is empty; a name or the path of a weight file is needed."
                    : $"The weights '{value}' are not known; {names} or the path of a .tflite file is allowed.");
            }
        });
        return weights;
    }

    private static async Task<SegmentResult> SegmentAsync(
        MobileNetV2Segmenter segmenter, string path, string stem, CancellationToken cancellationToken)
    {
        SegmentedImage image = await segmenter.SegmentAsync(path, cancellationToken);
        string mask = $"{stem}-mask.png";
        await Task.Run(
            () =>
            {
                OutputFile.Write(mask, image.SavePng);
                image.SaveOverlay(
                    path, $"{stem}-overlay{PhotoPicture.ExtensionFor(image.ImageWidth, image.ImageHeight)}", cancellationToken);
            },
            cancellationToken);
        return new(
            path,
            image.ImageWidth,
            image.ImageHeight,
            mask,
            [.. image.Classes.Select(found => new ClassShare(found.Index, found.Label, found.Share))]);
    }

    private static void Print(Terminal terminal, bool json, SegmentResult result)
    {
        if (json)
        {
            terminal.WriteJson(result);
            return;
        }

        IEnumerable<string> shares = result.Classes.Select(
            found => string.Create(CultureInfo.InvariantCulture, $"{found.Label} {found.Share:P1}"));
        terminal.Output.WriteLine($"{result.Path}: {string.Join(", ", shares)}");
    }
}

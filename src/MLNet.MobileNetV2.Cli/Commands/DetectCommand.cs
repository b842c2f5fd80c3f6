using System.CommandLine;
using System.Globalization;
using CsvHelper;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>detect</c>: which objects images show, and where.</summary>
internal static class DetectCommand
{
    private const string CsvHeader = "path,label,score,x,y,width,height";

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> images = CommonSymbols.Images();
        Option<string> output = CommonSymbols.NotEmpty(new Option<string>("--output")
        {
            Description = "A folder for a picture of each image with its objects, NAME-detected.jpg. It is made where it is not there.",
            HelpName = "folder",
        });
        Option<string> weights = Weights();
        Option<double> threshold = CommonSymbols.Number(
            "--threshold",
            "t",
            0.5,
            value => value is >= 0 and < 1,
            "at least 0 and less than 1",
            "Objects must have more than this score.");
        Option<double> overlap = CommonSymbols.Number(
            "--overlap",
            "o",
            0.5,
            value => value is > 0 and <= 1,
            "more than 0 and at most 1",
            "Of boxes whose intersection over union is at least this, only the best one counts.");
        Option<int> top = CommonSymbols.Top(20);
        top.Description = "Most objects of an image, the best ones.";
        Option<bool> json = CommonSymbols.Json();
        Option<bool> csv = new("--csv") { Description = $"Print CSV with a row an object: {CsvHeader}.", Arity = ArgumentArity.Zero };
        var command = new Command("detect", "Finds objects in images, of COCO's 80 classes or those of a model of one's own.")
        {
            images, output, weights, threshold, overlap, top, json, csv,
            DetectTrainCommand.Create(terminal),
            DetectEvaluateCommand.Create(terminal),
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv))
            {
                result.AddError("--json and --csv exclude each other.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            PictureFolder? folder = parsed.GetValue(output) is { } path ? PictureFolder.Open(path) : null;
            var options = new MobileNetV2DetectorOptions
            {
                Threshold = (float)parsed.GetValue(threshold),
                Overlap = (float)parsed.GetValue(overlap),
                Top = parsed.GetValue(top),
            };
            using MobileNetV2Detector detector = DetectorChoice.Load(parsed.GetRequiredValue(weights), options);
            IEnumerable<ImageArgument> pictures = ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken);
            Action<DetectResult> print = Printer(terminal, parsed.GetValue(json), parsed.GetValue(csv));
            return await PhotoPrinter.PrintAsync(
                terminal,
                parsed.GetValue(json),
                PhotoOutcome<DetectResult>.OfEach(
                    pictures, (path, stop) => DetectAsync(detector, path, folder?.StemOf(path), stop), cancellationToken),
                (_, result) => print(result));
        });
        return command;
    }

    private static Option<string> Weights()
    {
        Option<string> weights = new("--weights")
        {
            Description = "coco, or a model that 'detect train' saved.",
            HelpName = "coco|model",
            DefaultValueFactory = _ => DetectorChoice.Coco,
        };
        weights.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !DetectorChoice.IsKnown(value))
            {
                result.AddError(string.IsNullOrWhiteSpace(value)
                    ? "--weights is empty; coco or the path of a model is needed."
                    : $"The weights '{value}' are not known; coco or the path of a model is allowed.");
            }
        });
        return weights;
    }

    private static async Task<DetectResult> DetectAsync(
        MobileNetV2Detector detector, string path, string? stem, CancellationToken cancellationToken)
    {
        IReadOnlyList<DetectedObject> objects = await detector.DetectAsync(path, cancellationToken);
        (int width, int height) = ImageHeader.Read(path).Size;
        if (stem is not null)
        {
            string picture = $"{stem}-detected{PhotoPicture.ExtensionFor(width, height)}";
            await Task.Run(() => DetectionOverlay.Save(path, objects, picture, null, cancellationToken), cancellationToken);
        }

        return new(path, width, height, [.. objects.Select(FoundObject.Of)]);
    }

    private static Action<DetectResult> Printer(Terminal terminal, bool json, bool csv)
    {
        if (json)
        {
            return terminal.WriteJson;
        }

        if (!csv)
        {
            return result => PrintText(terminal, result);
        }

        CsvWriter rows = Csv.To(terminal.Output, leavesOpen: true);
        rows.Write(CsvHeader.Split(','));
        return result => PrintCsv(rows, result);
    }

    private static void PrintText(Terminal terminal, DetectResult result)
    {
        IEnumerable<string> objects = result.Detections.Select(
            found => string.Create(CultureInfo.InvariantCulture, $"{found.Label} {found.Score:P1} [{string.Join(", ", Rounded(found))}]"));
        terminal.Output.WriteLine($"{result.Path}: {(result.Detections.Count == 0 ? "nothing" : string.Join(", ", objects))}");
    }

    private static void PrintCsv(CsvWriter rows, DetectResult result)
    {
        foreach (FoundObject found in result.Detections)
        {
            rows.Write(
            [
                result.Path,
                found.Label,
                found.Score.ToString(CultureInfo.InvariantCulture),
                .. found.Box.Select(value => value.ToString(CultureInfo.InvariantCulture)),
            ]);
        }
    }

    private static IEnumerable<string> Rounded(FoundObject found) =>
        found.Box.Select(value => value.ToString("0", CultureInfo.InvariantCulture));
}

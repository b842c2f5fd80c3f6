using System.CommandLine;
using System.Globalization;
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
        Option<float> threshold = Share("--threshold", "t", 0.5f, value => value is >= 0 and < 1, "at least 0 and less than 1");
        threshold.Description = "Objects must have more than this score.";
        Option<float> overlap = Share("--overlap", "o", 0.5f, value => value is > 0 and <= 1, "more than 0 and at most 1");
        overlap.Description = "Of boxes whose intersection over union is at least this, only the best one counts.";
        Option<int> top = CommonSymbols.Top(20);
        top.Description = "Most objects of an image, the best ones.";
        Option<bool> json = CommonSymbols.Json();
        Option<bool> csv = new("--csv") { Description = $"Print CSV with a row an object: {CsvHeader}.", Arity = ArgumentArity.Zero };
        var command = new Command("detect", "Finds objects of COCO's 80 classes in images: class, score and box.")
        {
            images, output, threshold, overlap, top, json, csv,
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
            using var detector = MobileNetV2Detector.CreatePretrained(new()
            {
                Threshold = parsed.GetValue(threshold),
                Overlap = parsed.GetValue(overlap),
                Top = parsed.GetValue(top),
            });
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

    private static Option<float> Share(string name, string helpName, float value, Func<float, bool> isAllowed, string allowed) => new(name)
    {
        HelpName = helpName,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) || !isAllowed(number))
            {
                result.AddError($"{name} is '{text}'; a number of {allowed} is needed.");
            }

            return number;
        },
    };

    private static async Task<DetectResult> DetectAsync(
        MobileNetV2Detector detector, string path, string? stem, CancellationToken cancellationToken)
    {
        IReadOnlyList<DetectedObject> objects = await detector.DetectAsync(path, cancellationToken);
        if (stem is not null)
        {
            await Task.Run(() => DetectionOverlay.Save(path, objects, $"{stem}-detected.jpg", cancellationToken), cancellationToken);
        }

        (int width, int height) = ImageHeader.Read(path).Size;
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

        terminal.Output.WriteLine(CsvHeader);
        return result => PrintCsv(terminal, result);
    }

    private static void PrintText(Terminal terminal, DetectResult result)
    {
        IEnumerable<string> objects = result.Detections.Select(
            found => string.Create(CultureInfo.InvariantCulture, $"{found.Label} {found.Score:P1} [{string.Join(", ", Rounded(found))}]"));
        terminal.Output.WriteLine($"{result.Path}: {(result.Detections.Count == 0 ? "nothing" : string.Join(", ", objects))}");
    }

    private static void PrintCsv(Terminal terminal, DetectResult result)
    {
        foreach (FoundObject found in result.Detections)
        {
            terminal.Output.WriteLine(string.Join(
                ',',
                [
                    CsvText.Quote(result.Path),
                    CsvText.Quote(found.Label),
                    found.Score.ToString(CultureInfo.InvariantCulture),
                    .. found.Box.Select(value => value.ToString(CultureInfo.InvariantCulture)),
                ]));
        }
    }

    private static IEnumerable<string> Rounded(FoundObject found) =>
        found.Box.Select(value => value.ToString("0", CultureInfo.InvariantCulture));
}

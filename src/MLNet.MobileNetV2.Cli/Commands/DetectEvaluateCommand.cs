using System.CommandLine;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>detect evaluate</c>: how well a model finds the objects of a data set.</summary>
internal static class DetectEvaluateCommand
{
    private const float DrawnScore = 0.3f;

    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Required(
            new Argument<string>("model") { Description = "A model that 'detect train' saved, or coco." });
        Argument<string> dataset = DetectSymbols.Dataset();
        Option<string> output = CommonSymbols.NotEmpty(new Option<string>("--output")
        {
            Description = "A folder for precision-recall curves, curves.svg, and a picture of each photo with what was found above a score "
                + "of 0.3 and, in broken lines, the true boxes, NAME-detected.jpg. It is made where it is not there.",
            HelpName = "folder",
        });
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("evaluate", "Measures a detector by COCO's mean average precision (mAP).")
        {
            model, dataset, output, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            PictureFolder? folder = parsed.GetValue(output) is { } path ? PictureFolder.Open(path) : null;
            DetectorModel loaded = DetectorChoice.LoadModel(parsed.GetRequiredValue(model));
            DetectionDataset usable =
                await BoxData.LoadAsync(terminal, parsed.GetRequiredValue(dataset), loaded.Labels, cancellationToken);
            DetectionReport report = await BoxData.MeasureAsync(terminal, loaded, usable, cancellationToken);
            if (folder is not null)
            {
                report.SaveCurves(folder.PathOf("curves.svg"));
                await ProgressBar.RunAsync(terminal, "drawing", usable.Images.Count, progress => Draw(
                    loaded, usable, folder, progress, cancellationToken));
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(DetectionMeasures.Of(report));
            }
            else
            {
                DetectionPrinter.Write(terminal, "measured", report);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static int Draw(
        DetectorModel model, DetectionDataset dataset, PictureFolder folder, ReportProgress report, CancellationToken cancellationToken)
    {
        using var detector = MobileNetV2Detector.Create(model, new() { Threshold = DrawnScore });
        IReadOnlyList<DetectionImage> images = dataset.Images;
        string[] stems = [.. images.Select(image => folder.StemOf(image.ImagePath))];
        int drawn = 0;
        new ParallelLoop(0, cancellationToken).For(images.Count, index =>
        {
            DetectionImage image = images[index];
            IReadOnlyList<DetectedObject> found = detector.Detect(image.ImagePath, cancellationToken);
            string picture = $"{stems[index]}-detected{PhotoPicture.ExtensionFor(image.Width ?? 0, image.Height ?? 0)}";
            DetectionOverlay.Save(image.ImagePath, found, picture, image.Boxes, cancellationToken);
            report(Interlocked.Increment(ref drawn));
        });
        return drawn;
    }
}

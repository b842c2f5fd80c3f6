using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>detect train</c>: from photos with boxes to a detector of their classes.</summary>
internal static class DetectTrainCommand
{
    private const int ProgressSteps = 1000;

    public static Command Create(Terminal terminal)
    {
        Argument<string> dataset = DetectSymbols.Dataset();
        Option<string> output = CommonSymbols.Required(new Option<string>("--output", "-o")
        {
            Description = "The model to write, for 'detect --weights': .zip is a model of ML.NET, .safetensors its tensors.",
            HelpName = "model.zip",
        });
        Option<ValidationChoice?> validation = DetectSymbols.Validation();
        var training = new DetectorTrainingSymbols();
        Option<int> seed = CommonSymbols.Seed();
        Option<bool> json = CommonSymbols.Json();
        var command = new GroupedCommand("train", "Trains a detector of one's own classes, beginning with COCO's, and saves it.")
        {
            dataset, output, validation, seed, json,
        };
        training.AddTo(command, validation);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal,
            parsed.GetRequiredValue(dataset),
            parsed.GetRequiredValue(output),
            parsed.GetValue(validation),
            training.Options(parsed, parsed.GetValue(seed)),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal,
        string path,
        string output,
        ValidationChoice? validation,
        DetectorTrainingOptions options,
        bool json,
        CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        DetectorChoice.CheckWritable(output);
        DetectionDataset photos = await BoxData.LoadAsync(terminal, path, classes: null, cancellationToken);
        DetectionDataset? held = null;
        if (validation is { Path: { } other })
        {
            held = await BoxData.LoadAsync(terminal, other, photos.Classes, cancellationToken);
        }
        else if (validation is not null)
        {
            (photos, held) = photos.Split(validation.Fraction, options.Seed);
        }

        DetectorModel model = await TrainAsync(terminal, photos, held, options, cancellationToken);
        DetectorChoice.Save(model, output);
        options.Checkpoint?.Delete();
        DetectionReport? report = held is null ? null : await BoxData.MeasureAsync(terminal, model, held, cancellationToken);
        Print(terminal, photos, output, options, report, watch.Elapsed, json);
        return ExitCode.Done;
    }

    private static async Task<DetectorModel> TrainAsync(
        Terminal terminal,
        DetectionDataset photos,
        DetectionDataset? held,
        DetectorTrainingOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await ProgressBar.RunAsync(terminal, "training", ProgressSteps, Train, isEven: false);
        }
        catch (ArgumentException error)
        {
            throw new CommandFailedException(Failure.OneLine(error), innerException: error);
        }
        catch (TrainingDivergedException error)
        {
            throw TrainingFailure.Of(error);
        }
        catch (CheckpointException error)
        {
            throw TrainingFailure.Of(error, options.Checkpoint!);
        }

        DetectorModel Train(ReportProgress report) => MobileNetV2DetectorTrainer.Train(
            photos,
            options,
            held,
            new DirectProgress<DetectorTrainingProgress>(state => report(
                (long)(ProgressSteps * (Math.Max(0, state.Epoch - 1) + ((double)state.Step / state.Steps)) / state.Epochs),
                Detail(state),
                state.Remaining)),
            cancellationToken);
    }

    private static string? Detail(DetectorTrainingProgress state)
    {
        string loss = state.Loss is { } value ? string.Create(CultureInfo.InvariantCulture, $"loss {value:F3}, ") : string.Empty;
        string precision = state.MeanAveragePrecision50 is { } share
            ? string.Create(CultureInfo.InvariantCulture, $"mAP at 0.5 {share:P1}, ")
            : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{precision}{loss}epoch {state.Epoch}/{state.Epochs}");
    }

    private static void Print(
        Terminal terminal,
        DetectionDataset photos,
        string output,
        DetectorTrainingOptions options,
        DetectionReport? report,
        TimeSpan elapsed,
        bool json)
    {
        int boxes = photos.Images.Sum(image => image.Boxes.Count);
        if (json)
        {
            terminal.WriteJson(new DetectTrainResult(
                photos.Classes,
                photos.Images.Count,
                boxes,
                options.Blocks.ToString(),
                Math.Round(elapsed.TotalSeconds, 3),
                report is null ? null : DetectionMeasures.Of(report)));
            return;
        }

        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{photos.Images.Count} images, {boxes} boxes of {photos.Classes.Count} classes, {options.Blocks} blocks fine-tuned, "
            + $"{elapsed.TotalSeconds:F1} s -> {output}"));
        if (report is not null)
        {
            DetectionPrinter.Write(terminal, "validation", report);
        }
    }
}

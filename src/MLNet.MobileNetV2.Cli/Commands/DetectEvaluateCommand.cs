using System.CommandLine;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>detect evaluate</c>: how well a model finds the objects of a data set.</summary>
internal static class DetectEvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Required(
            new Argument<string>("model") { Description = "A model that 'detect train' saved, or coco." });
        Argument<string> dataset = DetectSymbols.Dataset();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("evaluate", "Measures a detector by COCO's mean average precision (mAP).") { model, dataset, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DetectorModel loaded = DetectorChoice.LoadModel(parsed.GetRequiredValue(model));
            DetectionDataset usable =
                await BoxData.LoadAsync(terminal, parsed.GetRequiredValue(dataset), loaded.Labels, cancellationToken);
            DetectionReport report = await ProgressBar.RunAsync(
                terminal, "measuring", 1, _ => MobileNetV2DetectorTrainer.Evaluate(loaded, usable, cancellationToken));
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
}

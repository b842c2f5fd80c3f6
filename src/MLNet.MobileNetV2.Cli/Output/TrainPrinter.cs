using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes for people what a training gave.</summary>
internal static class TrainPrinter
{
    public static async Task WriteAsync(
        Terminal terminal, string output, ImageFolderTrainingResult result, string weights, TimeSpan elapsed)
    {
        string tuned = result.FineTunedBlocks switch
        {
            { IsAll: true } => ", all blocks fine-tuned",
            { Count: 0 } => string.Empty,
            { Count: 1 } => ", 1 block fine-tuned",
            var blocks => $", {blocks} blocks fine-tuned",
        };
        await terminal.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.TrainingImages} images of {result.Classes.Count} classes, weights {weights}{tuned}, "
            + $"{elapsed.TotalSeconds:F1} s -> {output}"));
        if (result.MirrorTrial is { ChangesClasses: true } mirror)
        {
            await terminal.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"no flips, as mirror images are of other classes: on {mirror.Images} images, each held out once, the head alone has "
                + $"{mirror.Accuracy:P1}, on their mirror images {mirror.MirroredAccuracy:P1}"));
        }

        if (result.Trial is { Head.Accuracy: { } head, FineTuned.Accuracy: { } accuracy } trial)
        {
            await terminal.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"on {trial.Images} images, each held out once: fine-tuned {accuracy:P1}, head alone {head:P1} ({trial.Gained} gained, "
                + $"{trial.Lost} lost): {(trial.ChoosesFineTuning ? "fine-tuned on all" : "the head alone is kept")}"));
        }
        else if (result.Trial?.UntriedReason is { } reason)
        {
            await terminal.Output.WriteLineAsync($"fine-tuning was not tried: {reason}; the head alone is trained");
        }

        if (result.Validation is { } report)
        {
            await terminal.Output.WriteAsync("validation: ");
            ReportPrinter.Write(terminal, report);
        }
    }
}

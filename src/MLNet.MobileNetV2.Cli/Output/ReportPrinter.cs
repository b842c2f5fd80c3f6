using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes a report for people: figures, each class, the confusion table, and what is confused most often.</summary>
internal static class ReportPrinter
{
    private const int MostConfused = 5;

    // Of fewer classes, the five most probable ones are nearly all.
    private const int ClassesForTop5 = 10;

    public static void Write(Terminal terminal, ClassificationReport report)
    {
        ConfidenceInterval interval = report.AccuracyInterval;
        string top5 = report.Classes.Count >= ClassesForTop5 ? Text($"; top-5 {report.TopK(5):P1}") : string.Empty;
        terminal.Output.WriteLine(Text($"{report.Images} images, {Figures(report)}"));
        terminal.Output.WriteLine(
            Text($"accuracy of as many other images, 95 times of 100: {interval.Low:P1} to {interval.High:P1}{top5}"));
        terminal.Output.WriteLine(Text(
            $"macro precision {report.MacroPrecision:F3}, macro recall {report.MacroRecall:F3}, weighted F1 {report.WeightedF1:F3}, ")
            + Text($"Brier {report.Brier:F3}, calibration error {report.ExpectedCalibrationError:F3}"));
        ClassTable.Write(terminal, report);
        ConfusionTable.Write(terminal, report);
        foreach (ConfusedClasses pair in report.MostConfused(MostConfused))
        {
            terminal.Output.WriteLine(Text($"{pair.Count} of '{pair.Truth}' taken for '{pair.Predicted}'"));
        }
    }

    /// <summary>Writes how many images the model takes for none of its classes; nothing for one that takes each for one.</summary>
    public static void WriteUnknown(Terminal terminal, int? unknown, int images)
    {
        if (unknown is { } count)
        {
            terminal.Output.WriteLine(
                Text($"{count} of {images} taken for none of the classes; the figures are of the best class of these"));
        }
    }

    /// <summary>Writes a line a fold.</summary>
    public static void WriteFolds(Terminal terminal, IReadOnlyList<ClassificationReport> folds)
    {
        foreach ((int index, ClassificationReport fold) in folds.Index())
        {
            terminal.Output.WriteLine(Text($"fold {index + 1}: {fold.Images} images, {Figures(fold)}"));
        }
    }

    private static string Figures(ClassificationReport report) =>
        Text($"accuracy {report.Accuracy:P1}, macro-F1 {report.MacroF1:F3}, log-loss {report.LogLoss:F3}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

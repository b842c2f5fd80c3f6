using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes a report for people: a line of figures and the confusion table.</summary>
internal static class ReportPrinter
{
    public static void Write(Terminal terminal, ClassificationReport report)
    {
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Images} images, accuracy {report.Accuracy:P1}, macro-F1 {report.MacroF1:F3}, log-loss {report.LogLoss:F3}"));
        ConfusionTable.Write(terminal, report);
    }
}

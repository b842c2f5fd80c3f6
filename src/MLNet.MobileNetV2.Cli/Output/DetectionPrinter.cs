using System.Globalization;
using Spectre.Console;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes for people how well objects were found.</summary>
internal static class DetectionPrinter
{
    /// <summary>A line of figures, and a table of the classes.</summary>
    public static void Write(Terminal terminal, string title, DetectionReport report)
    {
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {report.Images} images, {report.Boxes} boxes, mAP at 0.5 {report.MeanAveragePrecision50:P1}, at 0.75 "
            + $"{report.MeanAveragePrecision75:P1}, mean of 0.5 to 0.95 {report.MeanAveragePrecision:P1}"));
        Table table = new Table().RoundedBorder()
            .AddColumn(new TableColumn("class").NoWrap())
            .AddColumn(new TableColumn("boxes").RightAligned())
            .AddColumn(new TableColumn("AP at 0.5").RightAligned())
            .AddColumn(new TableColumn("AP").RightAligned());
        foreach (DetectionClassReport item in report.Classes)
        {
            table.AddRow(
                new Text(item.Label),
                new Text(item.Boxes.ToString(CultureInfo.InvariantCulture)),
                new Text(Share(item.AveragePrecision50)),
                new Text(Share(item.AveragePrecision)));
        }

        terminal.OutputConsole.Write(table);
    }

    private static string Share(double value) => double.IsNaN(value) ? "-" : value.ToString("P1", CultureInfo.InvariantCulture);
}

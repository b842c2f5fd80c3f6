using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>How sure the classifier is, and how right it is then.</summary>
internal static class CalibrationSection
{
    private const int MostRows = 21;

    /// <summary>Writes both charts beside each other.</summary>
    public static void Write(HtmlWriter html, ClassificationReport report)
    {
        using (html.In("div", ("class", "charts")))
        {
            using (html.In("div"))
            {
                html.Element("h3", "Calibration");
                WriteCalibration(html, report);
            }

            using (html.In("div"))
            {
                html.Element("h3", "Coverage");
                WriteCoverage(html, report);
            }
        }
    }

    // How right the classifier is by how sure it is.
    private static void WriteCalibration(HtmlWriter html, ClassificationReport report)
    {
        CalibrationBin[] bins = [.. report.CalibrationBins.Where(bin => bin.Images > 0)];
        html.Element("p", "On the dashed line probabilities are as right as they are sure; below it, they are too sure.");
        new LineChart(
            "calibration-chart",
            "Accuracy by confidence",
            $"{bins.Length} bins of images; the calibration error is {Number(report.ExpectedCalibrationError)}. The table below has "
                + "each bin.",
            Share("confidence"),
            Share("accuracy"),
            [new("accuracy", [.. bins.Select(bin => (bin.Confidence, bin.Accuracy))])])
        {
            HasDiagonal = true,
        }.Write(html);
        WriteFigures(html, "Accuracy by confidence, bin by bin", ["Confidence", "Images", "Mean confidence", "Accuracy"], bins.Select(
            bin => (TableCell[])
            [
                new(Invariant($"{bin.From:F2} to {bin.To:F2}")),
                TableCell.Count(bin.Images),
                TableCell.Percent(bin.Confidence),
                TableCell.Percent(bin.Accuracy),
            ]));
    }

    // How many errors remain where unsure images are refused.
    private static void WriteCoverage(HtmlWriter html, ClassificationReport report)
    {
        IReadOnlyList<CoveragePoint> points = report.Coverage;
        double most = Math.Max(0.02, points.Max(point => point.Error));
        html.Element("p", "Where the images that the classifier is least sure of are refused, the rest has fewer errors.");
        new LineChart(
            "coverage-chart",
            "Error by coverage",
            $"An error of {Percent(points[0].Error)} at a coverage of {Percent(points[0].Coverage)}, and of {Percent(points[^1].Error)} "
                + "where no image is refused. The table below has the thresholds.",
            Share("coverage"),
            new("error", 0, Math.Min(1, 1.1 * most), Tick),
            [new("error", [.. points.Select(point => (point.Coverage, point.Error))])]).Write(html);
        WriteFigures(html, "Error by coverage, threshold by threshold", ["Threshold", "Coverage", "Error"], Some(points).Select(
            point => (TableCell[])
            [
                new(Number(point.Threshold)), TableCell.Percent(point.Coverage), TableCell.Percent(point.Error),
            ]));
    }

    /// <summary>Writes the figures of a chart, which open below it.</summary>
    public static void WriteFigures(
        HtmlWriter html, string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<TableCell>> rows)
    {
        using (html.In("details"))
        {
            html.Element("summary", "As a table");
            DataTable.Write(html, caption, columns, rows);
        }
    }

    private static IEnumerable<CoveragePoint> Some(IReadOnlyList<CoveragePoint> points)
    {
        int rows = Math.Min(MostRows, points.Count);
        return Enumerable.Range(1, rows).Select(row => points[(int)((long)row * points.Count / rows) - 1]);
    }

    private static ChartAxis Share(string name) => new(name, 0, 1, Tick);

    private static string Tick(double share) => Invariant($"{100 * share:0.##} %");
}

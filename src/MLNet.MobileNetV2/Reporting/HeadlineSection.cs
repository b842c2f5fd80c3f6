using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>The figures that come first.</summary>
internal static class HeadlineSection
{
    private static readonly int[] s_tops = [3, 5];

    /// <summary>Writes them.</summary>
    public static void Write(HtmlWriter html, ClassificationReport report)
    {
        using (html.In("dl", ("class", "tiles")))
        {
            WriteTile(
                html, report, "Accuracy", Percent(report.Accuracy), report.AccuracyInterval, share => Invariant($"{100 * share:F1}"), " %");
            WriteTile(html, report, "Macro-F1", Number(report.MacroF1), report.MacroF1Interval, Number);
            WriteTile(html, report, "Log-loss", Number(report.LogLoss), report.LogLossInterval, Number);
            WriteTile(html, report, "Brier score", Number(report.Brier));
            WriteTile(html, report, "Calibration error", Number(report.ExpectedCalibrationError));
            foreach (int top in s_tops.Where(top => 2 * top <= report.Classes.Count))
            {
                WriteTile(html, report, $"Top-{top} accuracy", Percent(report.TopK(top)));
            }

            WriteTile(html, report, "Macro precision", Number(report.MacroPrecision));
            WriteTile(html, report, "Macro recall", Number(report.MacroRecall));
            WriteTile(html, report, "Weighted F1", Number(report.WeightedF1));
        }

        if (HasIntervals(report))
        {
            html.Element("p", "An interval holds the figure of as many other images 95 times of 100, as far as these images tell.");
        }
    }

    private static void WriteTile(
        HtmlWriter html,
        ClassificationReport report,
        string name,
        string value,
        ConfidenceInterval? interval = null,
        Func<double, string>? text = null,
        string unit = "")
    {
        using (html.In("div"))
        {
            html.Element("dt", name);
            html.Element("dd", value);
            if (interval is { } ends && HasIntervals(report))
            {
                html.Element("dd", $"95 %: {text!(ends.Low)}–{text(ends.High)}{unit}", ("class", "note"));
            }
        }
    }

    // Without resampling, the log-loss may be anything.
    private static bool HasIntervals(ClassificationReport report) => double.IsFinite(report.LogLossInterval.High);
}

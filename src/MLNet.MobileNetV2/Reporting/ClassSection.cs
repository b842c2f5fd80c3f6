using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>How well each class was recognised.</summary>
internal static class ClassSection
{
    private const int MostRows = 1000;

    /// <summary>Writes a row a class; of very many, the worst recognised ones.</summary>
    public static void Write(HtmlWriter html, ClassificationReport report)
    {
        IReadOnlyList<ImageClassMeasures> classes = report.PerClass;
        if (classes.Count > MostRows)
        {
            classes = [.. classes.Where(one => one.Images + one.Predicted > 0).OrderBy(one => one.F1).Take(MostRows)];
            html.Element("p", Invariant($"{classes.Count:N0} of {report.Classes.Count:N0} classes: those of the lowest F1."));
        }

        html.Element("p", "A heading sorts the table; once more, the other way round.", ("class", "scripted"));
        DataTable.Write(
            html,
            "Measures by class",
            ["Class", "Images", "Predicted", "Correct", "Precision", "Recall", "F1"],
            classes.Select(one => (TableCell[])
            [
                new(one.Label),
                TableCell.Count(one.Images),
                TableCell.Count(one.Predicted),
                TableCell.Count(one.Correct),
                TableCell.Percent(one.Precision),
                TableCell.Percent(one.Recall),
                TableCell.Number(one.F1),
            ]),
            isSortable: true);
    }
}

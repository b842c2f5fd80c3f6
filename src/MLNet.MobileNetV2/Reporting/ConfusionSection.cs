using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>The confusion matrix, of which each cell opens its photos, and the classes that are confused most.</summary>
internal static class ConfusionSection
{
    // Shades of a cell by its share of the row.
    private const int Shades = 5;

    private const int MostPairs = 20;

    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, ClassificationReport report, ConfusionCells cells)
    {
        IReadOnlyList<string> classes = report.Classes;
        using (html.In("p"))
        {
            if (cells.Classes.Count < classes.Count)
            {
                html.Text(Invariant($"Of {classes.Count:N0} classes, the {cells.Classes.Count} that are confused most; images of or taken ")
                    + "for others are not in it. ");
            }

            html.Text("Rows are true classes, columns are predicted ones. ");
            html.Element("span", "A cell opens its photos.", ("class", "scripted"));
        }

        using (html.In("div", ("class", "beside")))
        {
            WriteMatrix(html, report, cells);
            using (html.In("div"))
            {
                html.Element("h3", "Most confused");
                WritePairs(html, report);
            }
        }
    }

    private static void WriteMatrix(HtmlWriter html, ClassificationReport report, ConfusionCells cells)
    {
        const string Caption = "Images by truth (row) and prediction (column)";
        using (DataTable.Region(html, Caption))
        using (html.In("table", ("class", "confusion")))
        {
            html.Element("caption", Caption);
            using (html.In("thead"))
            using (html.In("tr"))
            {
                html.Element("td", "truth ↓  predicted →");
                foreach (int predicted in cells.Classes)
                {
                    using (html.In("th", ("scope", "col")))
                    {
                        html.Element("span", Name(report.Classes[predicted]));
                    }
                }
            }

            using (html.In("tbody"))
            {
                foreach (int truth in cells.Classes)
                {
                    WriteRow(html, report, cells, truth);
                }
            }
        }
    }

    private static void WritePairs(HtmlWriter html, ClassificationReport report)
    {
        IReadOnlyList<ConfusedClasses> pairs = report.MostConfused(MostPairs);
        if (pairs.Count == 0)
        {
            html.Element("p", "No image was taken for another class.");
            return;
        }

        DataTable.Write(
            html,
            "Pairs of classes",
            ["Truth", "Predicted", "Images"],
            pairs.Select(pair => (TableCell[])[new(pair.Truth), new(Name(pair.Predicted)), TableCell.Count(pair.Count)]));
    }

    private static void WriteRow(HtmlWriter html, ClassificationReport report, ConfusionCells cells, int truth)
    {
        using (html.In("tr"))
        {
            html.Element("th", Name(report.Classes[truth]), ("scope", "row"));
            foreach (int predicted in cells.Classes)
            {
                if (cells.PlaceOf(truth, predicted) is not { } place)
                {
                    html.Element("td", string.Empty);
                    continue;
                }

                int count = cells.Cells[place].Count;
                int shade = Math.Max(1, (int)Math.Ceiling((double)Shades * count / report.PerClass[truth].Images));
                using (html.In("td"))
                {
                    html.Element(
                        "button",
                        Invariant($"{count}"),
                        ("type", "button"),
                        ("class", $"{(truth == predicted ? "right" : "wrong")} shade{shade}"),
                        ("data-cell", place),
                        ("aria-label", Title(report, cells.Cells[place])));
                }
            }
        }
    }

    /// <summary>What a cell holds, as a sentence.</summary>
    public static string Title(ClassificationReport report, ConfusionCell cell)
    {
        string truth = Name(report.Classes[cell.Truth]);
        return cell.Truth == cell.Predicted
            ? $"{Count(cell.Count, "image")} of {truth}, recognised"
            : $"{Count(cell.Count, "image")} of {truth}, taken for {Name(report.Classes[cell.Predicted])}";
    }
}

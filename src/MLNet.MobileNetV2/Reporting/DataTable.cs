namespace MLNet.MobileNetV2.Reporting;

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it shows.</param>
/// <param name="Value">What it is sorted by; null for its text.</param>
internal readonly record struct TableCell(string Text, double? Value = null)
{
    /// <summary>A share in percent.</summary>
    public static TableCell Percent(double share) => new(ReportText.Percent(share), Known(share));

    /// <summary>A measure.</summary>
    public static TableCell Number(double value) => new(ReportText.Number(value), Known(value));

    /// <summary>A number of things.</summary>
    public static TableCell Count(int count) => new(ReportText.Invariant($"{count:N0}"), count);

    // What is not known comes before all that is.
    private static double Known(double value) => double.IsNaN(value) ? -1 : value;
}

/// <summary>Writes tables, which scroll in a region of their own where the page is narrow.</summary>
internal static class DataTable
{
    // A command with all its options is longer than a name.
    private const int MostOfAText = 2000;

    /// <summary>Writes a table of which the first cell of a row names the row.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="caption">What it shows, said of no other table of the page.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="isSortable">Whether it can be sorted by each column.</param>
    public static void Write(
        HtmlWriter html, string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<TableCell>> rows, bool isSortable = false)
    {
        IReadOnlyList<TableCell>[] all = [.. rows];
        using (Region(html, caption))
        using (html.In("table", ("class", isSortable ? "sortable" : null)))
        {
            html.Element("caption", caption);
            using (html.In("thead"))
            using (html.In("tr"))
            {
                foreach ((int index, string column) in columns.Index())
                {
                    WriteHead(html, column, all is [var first, ..] && first[index].Value is not null, isSortable);
                }
            }

            using (html.In("tbody"))
            {
                foreach (IReadOnlyList<TableCell> row in all)
                {
                    WriteRow(html, row);
                }
            }
        }
    }

    /// <summary>Opens a region that can be scrolled, with a keyboard too.</summary>
    public static HtmlWriter.Scope Region(HtmlWriter html, string label) =>
        html.In("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", label));

    private static void WriteHead(HtmlWriter html, string column, bool isNumber, bool isSortable)
    {
        using (html.In("th", ("scope", "col"), ("class", isNumber ? "number" : null), ("aria-sort", isSortable ? "none" : null)))
        {
            if (isSortable)
            {
                html.Element("button", column, ("type", "button"));
            }
            else
            {
                html.Text(column);
            }
        }
    }

    private static void WriteRow(HtmlWriter html, IReadOnlyList<TableCell> row)
    {
        using (html.In("tr"))
        {
            foreach ((int index, TableCell cell) in row.Index())
            {
                (string tag, string? scope) = index == 0 ? ("th", "row") : ("td", null);
                html.Element(
                    tag,
                    index == 0 ? ReportText.Name(cell.Text) : ReportText.Name(cell.Text, MostOfAText),
                    ("scope", scope),
                    ("class", cell.Value is null ? null : "number"),
                    ("data-value", cell.Value is { } value ? ReportText.Invariant($"{value}") : null));
            }
        }
    }
}

namespace MLNet.MobileNetV2.Reporting;

/// <summary>An axis of a chart.</summary>
/// <param name="Name">What it measures.</param>
/// <param name="From">Its first value.</param>
/// <param name="To">Its last value, above the first.</param>
/// <param name="Text">How a value is written.</param>
internal sealed record ChartAxis(string Name, double From, double To, Func<double, string> Text)
{
    private const int MostSteps = 5;

    private static readonly double[] s_steps = [1, 2, 5, 10];

    /// <summary>Round values on the axis.</summary>
    public IEnumerable<double> Ticks()
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10((To - From) / MostSteps)));
        double step = s_steps.Select(digit => digit * power).First(size => (To - From) / size <= MostSteps);
        int first = (int)Math.Ceiling((From / step) - 1e-9);
        for (int tick = first; tick * step <= To + (1e-9 * step); tick++)
        {
            yield return tick * step;
        }
    }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Its points from left to right.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A chart of lines, as SVG, with a title and a description for those who do not see it.</summary>
/// <param name="Id">Its name in the page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Description">What can be seen in it.</param>
/// <param name="X">The axis to the right.</param>
/// <param name="Y">The axis upwards.</param>
/// <param name="Series">The lines, three at most.</param>
internal sealed record LineChart(
    string Id, string Title, string Description, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series)
{
    private const double Width = 440, Height = 310, Left = 62, Right = 26, Top = 34, Bottom = 52;

    // More points than these are a line of their own.
    private const int MostMarks = 32;

    /// <summary>Whether the line is drawn on which both axes have the same value.</summary>
    public bool HasDiagonal { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(HtmlWriter html)
    {
        using (html.In(
            "svg",
            ("class", "chart"),
            ("role", "img"),
            ("viewBox", ReportText.Invariant($"0 0 {Width} {Height}")),
            ("aria-labelledby", $"{Id}-title {Id}-description")))
        {
            html.Element("title", Title, ("id", $"{Id}-title"));
            html.Element("desc", Description, ("id", $"{Id}-description"));
            WriteAxes(html);
            if (HasDiagonal)
            {
                WriteLine(html, "diagonal", (PlaceX(X.From), PlaceY(X.From)), (PlaceX(X.To), PlaceY(X.To)));
            }

            foreach ((int index, ChartSeries series) in Series.Index())
            {
                WriteSeries(html, index, series);
            }
        }
    }

    private void WriteAxes(HtmlWriter html)
    {
        foreach (double tick in X.Ticks())
        {
            WriteLine(html, "grid", (PlaceX(tick), Top), (PlaceX(tick), Height - Bottom));
            WriteText(html, X.Text(tick), PlaceX(tick), Height - Bottom + 18, "middle");
        }

        foreach (double tick in Y.Ticks())
        {
            WriteLine(html, "grid", (Left, PlaceY(tick)), (Width - Right, PlaceY(tick)));
            WriteText(html, Y.Text(tick), Left - 7, PlaceY(tick) + 5, "end");
        }

        WriteText(html, X.Name, (Left + Width - Right) / 2, Height - 8, "middle");
        if (Series.Count == 1)
        {
            WriteText(html, Y.Name, 6, 18, "start");
        }
    }

    private void WriteSeries(HtmlWriter html, int index, ChartSeries series)
    {
        (double X, double Y)[] places = [.. series.Points.Select(point => (PlaceX(point.X), PlaceY(point.Y)))];
        html.Empty(
            "polyline",
            ("class", $"line s{index}"),
            ("points", string.Join(' ', places.Select(place => ReportText.Invariant($"{place.X:0.##},{place.Y:0.##}")))));
        foreach ((double x, double y) in places.Length <= MostMarks ? places : [])
        {
            html.Empty("circle", ("class", $"mark s{index}"), ("cx", x), ("cy", y), ("r", 3.5));
        }

        if (Series.Count > 1)
        {
            double at = Left + (index * (Width - Left - Right) / Series.Count);
            WriteLine(html, $"line s{index}", (at, 14), (at + 24, 14));
            WriteText(html, series.Name, at + 30, 19, "start");
        }
    }

    private static void WriteLine(HtmlWriter html, string kind, (double X, double Y) from, (double X, double Y) to) =>
        html.Empty("line", ("class", kind), ("x1", from.X), ("y1", from.Y), ("x2", to.X), ("y2", to.Y));

    private static void WriteText(HtmlWriter html, string text, double x, double y, string anchor) =>
        html.Element("text", text, ("x", x), ("y", y), ("text-anchor", anchor));

    private double PlaceX(double value) => Left + ((value - X.From) / (X.To - X.From) * (Width - Left - Right));

    private double PlaceY(double value) => Height - Bottom - ((value - Y.From) / (Y.To - Y.From) * (Height - Top - Bottom));
}

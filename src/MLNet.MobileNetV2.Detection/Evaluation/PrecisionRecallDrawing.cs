using System.Globalization;
using System.Security;
using System.Text;

namespace MLNet.MobileNetV2.Detection.Evaluation;

/// <summary>Draws the precision-recall curves of a report's classes as SVG.</summary>
internal static class PrecisionRecallDrawing
{
    private const int Side = 400;
    private const int Margin = 50;
    private const int LegendWidth = 260;
    private const int LineHeight = 20;
    private const int Ticks = 5;

    /// <summary>The SVG document; classes without boxes have no curve.</summary>
    public static string Write(DetectionReport report)
    {
        DetectionClassReport[] classes =
            [.. report.Classes.Where(item => item.Curve.Count > 0).OrderByDescending(item => item.AveragePrecision50)];
        int width = Side + (2 * Margin) + LegendWidth;
        int height = Math.Max(Side + (2 * Margin), (2 * Margin) + ((classes.Length + 1) * LineHeight));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" ");
        svg.Append("font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        WriteAxes(svg);
        Text(svg, Margin, Margin - 20, "start", string.Create(
            CultureInfo.InvariantCulture,
            $"Precision and recall at an overlap of 0.5; mean average precision {report.MeanAveragePrecision50:P1}"));
        foreach ((int index, DetectionClassReport item) in classes.Index())
        {
            WriteCurve(svg, item, index, classes.Length);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void WriteAxes(StringBuilder svg)
    {
        for (int tick = 0; tick <= Ticks; tick++)
        {
            double share = (double)tick / Ticks;
            (double x, double y) = Place(share, share);
            string label = share.ToString("0.0", CultureInfo.InvariantCulture);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:0.#} {Margin}V{Margin + Side}M{Margin} {y:0.#}H{Margin + Side}\" ");
            svg.Append("stroke=\"#ddd\"/>\n");
            Text(svg, x, Margin + Side + 16, "middle", label);
            Text(svg, Margin - 8, y + 4, "end", label);
        }

        Text(svg, Margin + (Side / 2), Margin + Side + 36, "middle", "recall");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({Margin - 34} {Margin + (Side / 2)}) rotate(-90)\" ");
        svg.Append("text-anchor=\"middle\">precision</text>\n");
    }

    private static void WriteCurve(StringBuilder svg, DetectionClassReport item, int index, int count)
    {
        // Neighbours in the legend differ in lightness too.
        string colour = string.Create(CultureInfo.InvariantCulture, $"hsl({360.0 * index / count:0} 70% {(index % 2 == 0 ? 45 : 60)}%)");
        IEnumerable<string> points = item.Curve.Select(point =>
        {
            (double x, double y) = Place(point.Recall, point.Precision);
            return string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}");
        });
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{colour}\" ");
        svg.Append("stroke-width=\"2\"/>\n");
        double top = Margin + (index * LineHeight);
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{(2 * Margin) + Side - 20}\" y=\"{top}\" width=\"14\" height=\"10\" ");
        svg.Append(CultureInfo.InvariantCulture, $"fill=\"{colour}\"/>\n");
        Text(svg, (2 * Margin) + Side, top + 10, "start", string.Create(
            CultureInfo.InvariantCulture, $"{item.Label}, {item.AveragePrecision50:P1} of {item.Boxes}"));
    }

    private static (double X, double Y) Place(double recall, double precision) =>
        (Margin + (Side * recall), Margin + (Side * (1 - precision)));

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{SecurityElement.Escape(Printable(text))}</text>\n");

    // XML knows no control characters.
    private static string Printable(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}

using System.Text;
using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>A report as one page of HTML that needs nothing else. Not thread-safe.</summary>
internal sealed class ReportPage
{
    // What is said of pictures that are left out.
    private const int Reserve = 16_384;

    private readonly ImageClassifierReport _report;
    private readonly PhotoAlbum _album;
    private readonly PageData _data;
    private readonly string _body;

    /// <summary>Writes all but the pictures.</summary>
    public ReportPage(ImageClassifierReport report)
    {
        _report = report;
        _album = new(report.Predictor);
        ConfusionCells? cells = report.Evaluation is { } evaluation ? ConfusionCells.Of(evaluation) : null;
        ReportSection[] sections = [.. Sections(cells)];
        var html = new HtmlWriter();
        WriteTop(html, sections);
        using (html.In("main"))
        {
            foreach (ReportSection section in sections)
            {
                using (html.In("section", ("id", section.Id), ("aria-labelledby", $"{section.Id}-heading")))
                {
                    html.Element("h2", section.Title, ("id", $"{section.Id}-heading"));
                    section.Write(html);
                }
            }
        }

        _body = html.ToString();

        // Photos that are seen without opening a cell come first.
        _data = new(report.Evaluation, cells, _album);
    }

    /// <summary>Makes the pictures that there is room for.</summary>
    /// <exception cref="InvalidOperationException">There is no room for the text.</exception>
    public void MakePictures(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        Write(text);
        long room = _report.MaxBytes - text.Length - Reserve;
        _album.MakePictures(
            room >= 0 ? room : throw new InvalidOperationException(Invariant(
                $"The report's text alone takes {text.Length} bytes; {nameof(ImageClassifierReport.MaxBytes)} is {_report.MaxBytes}.")),
            cancellationToken);
    }

    /// <summary>Writes the page.</summary>
    public void Write(Stream stream)
    {
        var html = new HtmlWriter();
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n");
        WriteHead(html);
        html.Raw($"\n<body>{_body}");
        WriteLeftOut(html);
        WriteDialog(html);
        html.Raw("<script type=\"application/json\" id=\"data\">");
        stream.Write(Encoding.UTF8.GetBytes(html.ToString()));
        _data.Write(stream);
        stream.Write(Encoding.UTF8.GetBytes($"</script>\n<script>{PageAssets.Script}</script>\n</body>\n</html>\n"));
    }

    private IEnumerable<ReportSection> Sections(ConfusionCells? cells)
    {
        if (_report.Evaluation is { } evaluation)
        {
            yield return new("measures", "Measures", html => HeadlineSection.Write(html, evaluation));
            yield return new("confusion", "Confusion", html => ConfusionSection.Write(html, evaluation, cells!));
            yield return new("classes", "Classes", html => ClassSection.Write(html, evaluation));
            yield return new("losses", "Greatest losses", html => LossSection.Write(html, evaluation, _album));
            yield return new("confidence", "Calibration and coverage", html => CalibrationSection.Write(html, evaluation));
        }

        if (_report.Folds.Count > 0)
        {
            yield return new("folds", "Folds", html => FoldSection.Write(html, _report.Folds));
        }

        if (CurveSection.Points(_report.Epochs) is { Count: > 0 } points)
        {
            yield return new("training", "Training", html => CurveSection.Write(html, points));
        }

        if (_report.Check is { } check)
        {
            yield return new("check", "The photos", html => CheckSection.Write(html, check, _album));
        }

        yield return new("facts", "How it was made", html => FactSection.Write(html, _report.Facts, _report.SkippedImages));
    }

    private void WriteHead(HtmlWriter html)
    {
        using (html.In("head"))
        {
            html.Empty("meta", ("charset", "utf-8"));
            html.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", PageAssets.Policy));
            html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            html.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));

            // Served by a web server, the page would ask it for an icon.
            html.Empty("link", ("rel", "icon"), ("href", "data:,"));
            html.Element("title", Name(_report.Title));
            html.Raw($"<style>{PageAssets.Style}</style>");
        }
    }

    private void WriteTop(HtmlWriter html, ReportSection[] sections)
    {
        using (html.In("header"))
        {
            html.Element("h1", Name(_report.Title));
            if (_report.Evaluation is { } evaluation)
            {
                html.Element(
                    "p", $"Measured on {Count(evaluation.Images, "image")} of {Count(evaluation.Classes.Count, "class", "classes")}.");
            }

            using (html.In("nav", ("aria-label", "Sections")))
            using (html.In("ul"))
            {
                foreach (ReportSection section in sections)
                {
                    using (html.In("li"))
                    {
                        html.Element("a", section.Title, ("href", $"#{section.Id}"));
                    }
                }
            }

            html.Raw("<noscript><p>Photos, the cells of the confusion matrix and the sorting need the page's script; all figures are here "
                + "without it.</p></noscript>");
        }
    }

    private void WriteLeftOut(HtmlWriter html)
    {
        AlbumPhoto[] problems = [.. _album.Photos.Where(photo => photo.Problem is not null)];
        if (_album.LeftOut + problems.Length == 0)
        {
            return;
        }

        using (html.In("footer"))
        {
            if (_album.LeftOut > 0)
            {
                html.Element("p", Invariant($"{Count(_album.LeftOut, "picture")} of {_album.Photos.Count:N0} are left out: with them the ")
                    + Invariant($"page would be larger than {_report.MaxBytes / 1e6:0.#} MB."));
            }

            if (problems.Length > 0)
            {
                html.Element("p", Invariant($"{Count(problems.Length, "photo")} could not be shown, ")
                    + $"among them {Name(problems[0].Path)}: {problems[0].Problem}");
            }
        }
    }

    private static void WriteDialog(HtmlWriter html)
    {
        using (html.In("dialog", ("id", "photos"), ("aria-labelledby", "photos-heading")))
        {
            html.Element("button", "Close", ("type", "button"));
            html.Element("h2", string.Empty, ("id", "photos-heading"));
            html.Element("p", string.Empty);
            html.Element("ul", string.Empty, ("class", "photos"));
        }
    }
}

namespace MLNet.MobileNetV2.Reporting;

/// <summary>Writes photos of the album, with what is said of them.</summary>
internal static class PhotoFigure
{
    /// <summary>Writes a photo with lines of text below it.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="pictures">Places in the album, with what each shows, for those who do not see it.</param>
    /// <param name="path">The file; null where it is not known.</param>
    /// <param name="lines">What is said of it.</param>
    public static void Write(
        HtmlWriter html, IEnumerable<(int Place, string Shown)> pictures, string? path, params ReadOnlySpan<string> lines)
    {
        using (html.In("figure"))
        {
            using (html.In("div", ("class", "pictures")))
            {
                foreach ((int place, string shown) in pictures)
                {
                    html.Empty("img", ("data-photo", place), ("alt", ReportText.Name(shown)), ("loading", "lazy"));
                }
            }

            using (html.In("figcaption"))
            {
                foreach (string line in lines)
                {
                    html.Element("span", line);
                }

                html.Element("span", path is null ? "file not known" : ReportText.Name(path), ("class", "path"));
            }
        }
    }
}

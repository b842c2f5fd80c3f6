using MLNet.MobileNetV2.FolderChecks;
using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>What is wrong with the folder.</summary>
internal static class CheckSection
{
    private const int MostShown = 100;
    private const int MostOfAGroup = 6;
    private const int MostClasses = 1000;

    /// <summary>Writes a list for each kind of fault, and which kinds were not found.</summary>
    public static void Write(HtmlWriter html, ImageDatasetCheck check, PhotoAlbum album)
    {
        html.Element(
            "p",
            $"{Count(check.Images, "image")} of {Count(check.Classes.Count, "class", "classes")} were checked. Look at what is named here "
                + "before you believe it.");
        var none = new List<string>();
        void List<T>(string title, string? note, IReadOnlyList<T> items, Func<T, Photo[]> photos)
        {
            if (items.Count == 0)
            {
                none.Add(title.ToLowerInvariant());
                return;
            }

            html.Element("h3", Invariant($"{title} ({items.Count:N0})"));
            WriteNote(html, note, items.Count);
            using (html.In("ul", ("class", "photos")))
            {
                foreach (T item in items.Take(MostShown))
                {
                    using (html.In("li", ("class", photos(item).Length > 1 ? "group" : null)))
                    {
                        WritePhotos(html, photos(item), album);
                    }
                }
            }
        }

        List(
            "Likely wrong labels",
            "A head that was not trained on the photo, and the photos that are most like it, agree on another class. The likeliest first.",
            check.LikelyWrong,
            photo =>
            [
                new(
                    photo.Path,
                    $"labelled {Name(photo.Label)}, looks like {Name(photo.Suggested)}",
                    $"probability {Percent(photo.Probability)}"),
            ]);
        List("Conflicting labels", "The same photo under two labels.", check.ConflictingLabels, Pair);
        List("Leakage", "Photos that are in the other folder too: measures on them flatter the model.", check.Leakage, Pair);
        List("Equal files", null, check.ExactDuplicates, group => [.. group.Take(MostOfAGroup).Select((path, index) =>
            new Photo(path, index == 0 ? Count(group.Count, "equal file") : "the same file"))]);
        foreach (IGrouping<DuplicateKind, DuplicateImages> pairs in check.NearDuplicates.GroupBy(pair => pair.Kind).OrderBy(one => one.Key))
        {
            List($"The same photo: {FixReasons.Name(pairs.Key)}", null, [.. pairs], Pair);
        }

        if (check.NearDuplicates.Count == 0)
        {
            none.Add("near duplicates");
        }

        List("Outliers", "Photos that are unlike all others, the most distant first.", check.Outliers, photo =>
            [new(photo.Path, $"distance {Number(photo.Distance)}")]);
        List("Tiny photos", null, check.Tiny, Single);
        List("Blurred photos", null, check.Blurred, Single);
        List("Photos of nearly one colour", null, check.Blank, Single);
        List("Very long or high photos", null, check.UnusualShapes, Single);
        WriteTexts(html, "Unreadable files", none, check.Unreadable.Select(image => (image.Path ?? "no path", image.Reason)));
        WriteTexts(html, "Wrongly named files", none, check.WronglyNamed.Select(image => (image.Path, $"is {image.Format}")));
        if (none.Count > 0)
        {
            html.Element("p", $"Not found: {string.Join(", ", none)}.");
        }

        html.Element("h3", "Images by class");
        WriteNote(html, null, check.Classes.Count, MostClasses);
        DataTable.Write(
            html,
            "Images of each class that was checked",
            ["Class", "Images"],
            check.Classes.Take(MostClasses).Select(one => (TableCell[])[new(one.Label), TableCell.Count(one.Images)]),
            isSortable: true);
    }

    private static Photo[] Single(string path) => [new(path)];

    private static Photo[] Pair(DuplicateImages pair) =>
    [
        new(pair.First, pair.Kind == DuplicateKind.Exact
            ? "equal files"
            : $"{FixReasons.Name(pair.Kind)}, similarity {Number(pair.Similarity)}"),
        new(pair.Second, "the other one"),
    ];

    private static void WritePhotos(HtmlWriter html, Photo[] photos, PhotoAlbum album)
    {
        foreach (Photo photo in photos)
        {
            PhotoFigure.Write(html, [(album.Add(photo.Path), photo.Lines is [var first, ..] ? first : "A photo")], photo.Path, photo.Lines);
        }
    }

    private static void WriteTexts(HtmlWriter html, string title, List<string> none, IEnumerable<(string Path, string Reason)> files)
    {
        (string Path, string Reason)[] all = [.. files];
        if (all.Length == 0)
        {
            none.Add(title.ToLowerInvariant());
            return;
        }

        html.Element("h3", Invariant($"{title} ({all.Length:N0})"));
        WriteNote(html, null, all.Length);
        FactSection.WriteFiles(html, title, all.Take(MostShown));
    }

    private static void WriteNote(HtmlWriter html, string? note, int count, int most = MostShown)
    {
        string more = count > most ? Invariant($"The first {most} of {count:N0} are here; check --json lists all.") : string.Empty;
        if (note is not null || more.Length > 0)
        {
            html.Element("p", $"{note} {more}".Trim());
        }
    }

    /// <summary>A photo and what is said of it.</summary>
    private sealed record Photo(string Path, params string[] Lines);
}

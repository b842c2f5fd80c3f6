using System.Globalization;
using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Writes what a check found for people.</summary>
internal static class CheckPrinter
{
    // The rest is counted; --json has all.
    private const int MostShown = 10;

    public static void Write(Terminal terminal, ImageDatasetCheck check)
    {
        terminal.Output.WriteLine(Text($"{check.Images} images of {check.Classes.Count} classes: ")
            + string.Join(", ", check.Classes.Select(one => Text($"{one.Label} {one.Images}"))));
        Section(terminal, "cannot be read", check.Unreadable, image => $"{image.Path}: {image.Reason}");
        Section(terminal, "have another format's name", check.WronglyNamed, image => $"{image.Path} is {image.Format}");
        Section(terminal, "groups of equal files", check.ExactDuplicates, group => string.Join(", ", group));
        Section(terminal, "pairs that are the same photo", check.NearDuplicates, Pair);
        Section(terminal, "pairs that are the same under two labels", check.ConflictingLabels, Pair);
        Section(terminal, "are in the other folder too", check.Leakage, Pair);
        Section(
            terminal,
            "have a label that is likely wrong",
            check.LikelyWrong,
            photo => Text($"{photo.Path}: labelled {photo.Label}, looks like {photo.Suggested} ({photo.Probability:P0})"));
        Section(terminal, "are unlike all others", check.Outliers, photo => Text($"{photo.Path} (distance {photo.Distance:F2})"));
        Section(terminal, "are tiny", check.Tiny, path => path);
        Section(terminal, "are blurred", check.Blurred, path => path);
        Section(terminal, "are of nearly one colour", check.Blank, path => path);
        Section(terminal, "are very long or high", check.UnusualShapes, path => path);
    }

    private static void Section<T>(Terminal terminal, string title, IReadOnlyList<T> items, Func<T, string> text)
    {
        if (items.Count == 0)
        {
            return;
        }

        terminal.Output.WriteLine(Text($"{items.Count} {title}:"));
        foreach (T item in items.Take(MostShown))
        {
            terminal.Output.WriteLine($"  {text(item)}");
        }

        if (items.Count > MostShown)
        {
            terminal.Output.WriteLine(Text($"  and {items.Count - MostShown} more"));
        }
    }

    private static string Pair(DuplicateImages pair) =>
        Text($"{pair.First} and {pair.Second} ({FixReasons.Name(pair.Kind)}, {pair.Similarity:F3})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

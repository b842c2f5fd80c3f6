using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>A picture and the file of its labels, either of which may be missing.</summary>
/// <param name="Image">The picture's path.</param>
/// <param name="Labels">The labels' path; null where there is no such file.</param>
internal sealed record YoloPicture(string Image, string? Labels)
{
    private const string ImagesFolder = "images";
    private const string LabelsFolder = "labels";
    private const string LabelsExtension = ".txt";

    private static readonly EnumerationOptions s_everyDepth = new()
    {
        RecurseSubdirectories = true,
        MatchCasing = MatchCasing.CaseInsensitive,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    /// <summary>The pictures of folders and lists in the order of their paths, and those that only have labels.</summary>
    public static YoloPicture[] Find(IReadOnlyList<string> sources, string namesFile, CancellationToken cancellationToken)
    {
        var pictures = new SortedDictionary<string, YoloPicture>(StringComparer.Ordinal);
        foreach (string source in sources)
        {
            bool isList = source.EndsWith(LabelsExtension, StringComparison.OrdinalIgnoreCase);
            foreach (string image in isList ? Listed(source) : InFolder(source, cancellationToken))
            {
                string? labels = new[] { Beside(image), Apart(image) }.FirstOrDefault(File.Exists);
                pictures.TryAdd(image, new(image, labels));
            }

            if (!isList)
            {
                AddLabelsAlone(source, namesFile, pictures);
            }
        }

        return [.. pictures.Values];
    }

    private static IEnumerable<string> InFolder(string folder, CancellationToken cancellationToken)
    {
        var listing = ImageFolderListing.Of(folder, cancellationToken);
        return listing.Images().Select(listing.SystemPathOf);
    }

    // A list names its pictures from its own folder on; a full path is as plain.
    private static IEnumerable<string> Listed(string list)
    {
        string folder = Path.GetDirectoryName(list)!;
        return DatasetText.Lines(list).Select((line, index) => (Text: line.Trim(), Number: index + 1))
            .Where(line => line.Text.Length > 0)
            .Select(line => Path.IsPathRooted(line.Text)
                ? line.Text
                : DatasetText.ImagePath(folder, line.Text, list, $"line {line.Number}"));
    }

    /// <summary>Boxes of a picture that is missing must not go unnoticed.</summary>
    private static void AddLabelsAlone(string folder, string namesFile, SortedDictionary<string, YoloPicture> pictures)
    {
        HashSet<string> used = [.. pictures.Values.Select(picture => picture.Labels).OfType<string>()];
        string names = Path.GetFileName(namesFile);
        string apart = Replaced(folder, ImagesFolder, LabelsFolder);
        foreach (
            string labels in new[] { folder, apart }.Distinct().Where(Directory.Exists)
                .SelectMany(place => Directory.EnumerateFiles(place, $"*{LabelsExtension}", s_everyDepth)))
        {
            bool isLabels = !used.Contains(labels) && Path.GetFileName(labels) != names && LooksLikeLabels(labels);
            if (isLabels)
            {
                string image = Path.ChangeExtension(Replaced(labels, LabelsFolder, ImagesFolder), ImageFormats.Extensions[0]);
                pictures.TryAdd(image, new(image, labels));
            }
        }
    }

    // A data set's README.txt, or a list of its pictures, is not of one picture.
    private static bool LooksLikeLabels(string file) =>
        DatasetText.Lines(file).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } line
        && line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: >= 5 } fields
        && fields.All(field => DatasetText.TryNumber(field, out _));

    private static string Beside(string image) => Path.ChangeExtension(image, LabelsExtension);

    private static string Apart(string image) => Beside(Replaced(image, ImagesFolder, LabelsFolder));

    /// <summary>The path with the last folder of one name replaced by one of another.</summary>
    private static string Replaced(string path, string name, string by)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int place = Array.FindLastIndex(parts, part => part.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (place < 0)
        {
            return path;
        }

        parts[place] = by;
        return string.Join(Path.DirectorySeparatorChar, parts);
    }
}

using System.Xml;
using System.Xml.Linq;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Reads a folder of XML files of Pascal VOC, one a picture.</summary>
internal static class VocReader
{
    private const string Annotations = "Annotations";
    private const int MostDepth = 32;

    // Document type definitions, which can expand without end or name other files, are refused.
    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = DatasetText.SmallFile,
    };

    private static readonly EnumerationOptions s_everyDepth = new()
    {
        RecurseSubdirectories = true,
        MatchCasing = MatchCasing.CaseInsensitive,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    private static readonly string[] s_imageFolders = ["JPEGImages", "images", "Images"];

    /// <summary>The XML files below a folder.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.xml", s_everyDepth);

    public static DatasetBuilder Read(string folder, DetectionDatasetOptions options, CancellationToken cancellationToken)
    {
        var builder = new DatasetBuilder(folder);
        foreach (string file in Listed(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(file, options.ImageFolder, builder);
        }

        return builder;
    }

    private static string[] Listed(string folder)
    {
        try
        {
            return [.. Files(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DetectionDatasetException(folder, $"the folder cannot be listed: {error.Message}", error);
        }
    }

    private static void Read(string file, string? imageFolder, DatasetBuilder builder)
    {
        XElement root = Parse(file);
        if (root.Name.LocalName != "annotation")
        {
            throw Fault(file, root, $"the root is <{root.Name.LocalName}>; <annotation> is needed");
        }

        XElement? size = root.Element("size");
        int image = builder.AddImage(
            FindImage(file, root, imageFolder), Side(file, size?.Element("width")), Side(file, size?.Element("height")));
        foreach (XElement item in root.Elements("object"))
        {
            string label = Child(file, item, "name").Value.Trim();
            if (label.Length == 0)
            {
                throw Fault(file, item, "the <name> is empty; the name of a class is needed");
            }

            XElement edges = Child(file, item, "bndbox");
            BoundingBox box = BoundingBox.FromEdges(
                Number(file, Child(file, edges, "xmin")),
                Number(file, Child(file, edges, "ymin")),
                Number(file, Child(file, edges, "xmax")),
                Number(file, Child(file, edges, "ymax")));
            builder.AddBox(image, new(label, box) { IsDifficult = item.Element("difficult")?.Value.Trim() is "1" or "true" });
        }
    }

    private static XElement Parse(string file)
    {
        using FileStream stream = DatasetText.Open(file, DatasetText.SmallFile);
        try
        {
            CheckDepth(file, stream);
            stream.Position = 0;
            using var reader = XmlReader.Create(stream, s_settings);
            return XElement.Load(reader, LoadOptions.SetLineInfo);
        }
        catch (Exception error) when (error is XmlException or IOException)
        {
            throw new DetectionDatasetException(file, $"it is not well-formed XML: {error.Message}", error);
        }
    }

    // A tree takes time by the square of its depth.
    private static void CheckDepth(string file, FileStream stream)
    {
        using var reader = XmlReader.Create(stream, s_settings);
        while (reader.Read())
        {
            if (reader.Depth > MostDepth)
            {
                throw new DetectionDatasetException(
                    file, $"line {((IXmlLineInfo)reader).LineNumber}: elements lie more than {MostDepth} deep, the most that is allowed.");
            }
        }
    }

    private static string FindImage(string file, XElement root, string? imageFolder)
    {
        string beside = Path.GetDirectoryName(file)!;
        string[] folders = imageFolder is not null ? [imageFolder] : [beside, .. Siblings(beside)];
        string? name = root.Element("filename")?.Value.Trim();
        string? named = null;
        if (!string.IsNullOrEmpty(name))
        {
            foreach (string folder in folders)
            {
                string path = DatasetText.ImagePath(folder, name, file, "<filename>");
                named ??= path;
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        // Pictures are renamed together with their XML files, and some tools leave the extension out.
        string stem = Path.GetFileNameWithoutExtension(file);
        return folders.SelectMany(folder => ImageFormats.Extensions.Select(extension => Path.Join(folder, stem + extension)))
            .FirstOrDefault(File.Exists) ?? named ?? Path.Join(folders[0], stem + ImageFormats.Extensions[0]);
    }

    private static IEnumerable<string> Siblings(string folder)
    {
        string[] parts = folder.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int place = Array.FindLastIndex(parts, part => part.Equals(Annotations, StringComparison.OrdinalIgnoreCase));
        return place < 0 ? [] : s_imageFolders.Select(
            sibling => string.Join(Path.DirectorySeparatorChar, parts[..place].Append(sibling).Concat(parts[(place + 1)..])));
    }

    private static XElement Child(string file, XElement parent, string name) =>
        parent.Element(name) ?? throw Fault(file, parent, $"<{parent.Name.LocalName}> has no <{name}>");

    private static float Number(string file, XElement element) => DatasetText.TryNumber(element.Value.Trim(), out float number)
        ? number
        : throw Fault(file, element, $"<{element.Name.LocalName}> is {DatasetText.Shown(element.Value)}; a number of pixels is needed");

    // Some tools write 0 for a size that they do not know.
    private static int? Side(string file, XElement? element)
    {
        float side = element is null || element.Value.Trim().Length == 0 ? 0 : Number(file, element);
        return side is >= 1 and <= int.MaxValue ? (int)side : null;
    }

    private static DetectionDatasetException Fault(string file, XElement element, string what) =>
        new(file, $"line {((IXmlLineInfo)element).LineNumber}: {what}.");
}

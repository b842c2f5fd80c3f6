using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>The file or folder to read and its format, told by what lies there.</summary>
internal sealed record DatasetSource(string Path, DetectionDatasetFormat Format)
{
    public const string Allowed =
        "A COCO .json, a VoTT .csv, a YOLO data.yaml, or a folder with one of these, a classes.txt or Pascal VOC's .xml files is needed.";

    private const string Ambiguous = "Name the one that is meant.";

    /// <summary>Finds it.</summary>
    /// <exception cref="DetectionDatasetException">There is nothing there that is known, or too much.</exception>
    public static DatasetSource Find(string path, DetectionDatasetOptions options)
    {
        if (options.Format is { } format)
        {
            Require.Defined(format);
        }

        try
        {
            return Directory.Exists(path) ? InFolder(path, options.Format)
                : File.Exists(path) ? OfFile(path, options.Format)
                : throw new DetectionDatasetException(path, $"it {NotAFile.Describe(path)}. {Allowed}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DetectionDatasetException(path, $"the folder cannot be listed: {error.Message}", error);
        }
    }

    private static DatasetSource OfFile(string path, DetectionDatasetFormat? format)
    {
        string extension = System.IO.Path.GetExtension(path);
        DetectionDatasetFormat found = format ?? extension.ToUpperInvariant() switch
        {
            ".JSON" => DetectionDatasetFormat.Coco,
            ".CSV" => DetectionDatasetFormat.Vott,
            ".YAML" or ".YML" => DetectionDatasetFormat.Yolo,
            _ => throw new DetectionDatasetException(path, $"the file's name ends in '{extension}'. {Allowed}"),
        };
        return found == DetectionDatasetFormat.PascalVoc
            ? throw new DetectionDatasetException(path, "it is a file; the folder of Pascal VOC's .xml files is needed.")
            : new(path, found);
    }

    private static DatasetSource InFolder(string path, DetectionDatasetFormat? format)
    {
        if (format is null or DetectionDatasetFormat.Yolo)
        {
            if (YoloNames.FindYaml(path) is { } yaml)
            {
                return new(yaml, DetectionDatasetFormat.Yolo);
            }

            if (format is not null || YoloNames.FindList(path) is not null)
            {
                return new(path, DetectionDatasetFormat.Yolo);
            }
        }

        if (format is null or DetectionDatasetFormat.PascalVoc && VocReader.Files(path).Any())
        {
            return new(path, DetectionDatasetFormat.PascalVoc);
        }

        if (format is null or DetectionDatasetFormat.Coco && FindJson(path) is { } json)
        {
            return new(json, DetectionDatasetFormat.Coco);
        }

        if (format is null or DetectionDatasetFormat.Vott && Single(path, "*.csv") is { } csv)
        {
            return new(csv, DetectionDatasetFormat.Vott);
        }

        throw new DetectionDatasetException(path, format is null
            ? $"the folder holds no data set that is known. {Allowed}"
            : $"the folder holds no file of the format {format}. {Allowed}");
    }

    private static string? FindJson(string folder)
    {
        string annotations = System.IO.Path.Join(folder, "annotations");
        return Single(folder, "*.coco.json") ?? Single(folder, "*.json")
            ?? (Directory.Exists(annotations) ? Single(annotations, "*.json") : null);
    }

    private static string? Single(string folder, string pattern)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).Take(3)];
        return files.Length <= 1 ? files.FirstOrDefault() : throw new DetectionDatasetException(
            folder, $"it holds '{files[0]}' and '{files[1]}'{(files.Length > 2 ? " and more" : string.Empty)}. {Ambiguous}");
    }
}

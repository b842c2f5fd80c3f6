using System.Text;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Reads the CSV file of the Visual Object Tagging Tool.</summary>
internal static class VottReader
{
    private static readonly string[] s_columns = ["image", "xmin", "ymin", "xmax", "ymax", "label"];

    public static DatasetBuilder Read(string file, DetectionDatasetOptions options, CancellationToken cancellationToken)
    {
        using FileStream stream = DatasetText.Open(file);
        using StreamReader reader = DatasetText.Reader(stream);
        try
        {
            return Read(file, reader, options.ImageFolder ?? Path.GetDirectoryName(file)!, cancellationToken);
        }
        catch (Exception error) when (error is IOException or DecoderFallbackException)
        {
            throw new DetectionDatasetException(file, $"it is not a text in UTF-8: {error.Message}", error);
        }
    }

    private static DatasetBuilder Read(string file, StreamReader reader, string folder, CancellationToken cancellationToken)
    {
        var builder = new DatasetBuilder(file);
        var images = new Dictionary<string, int>(StringComparer.Ordinal);
        int[]? places = null;
        int least = 0;
        foreach ((int line, List<string> fields) in new CsvRows(file, reader).Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (places is null)
            {
                places = Places(file, fields);
                least = places.Max() + 1;
                continue;
            }

            if (fields.Count < least)
            {
                throw new DetectionDatasetException(
                    file, $"line {line} has {fields.Count} fields; the first line names {string.Join(",", s_columns)}.");
            }

            string label = fields[places[5]].Trim();
            if (label.Length == 0)
            {
                throw new DetectionDatasetException(file, $"line {line} has an empty label; the name of a class is needed.");
            }

            string name = fields[places[0]].Trim();
            if (!images.TryGetValue(name, out int image))
            {
                images[name] = image = builder.AddImage(DatasetText.ImagePath(folder, name, file, $"line {line}"));
            }

            builder.AddBox(image, new(label, BoundingBox.FromEdges(Edge(1), Edge(2), Edge(3), Edge(4))));

            float Edge(int column) => DatasetText.TryNumber(fields[places[column]], out float number) ? number
                : throw new DetectionDatasetException(
                    file,
                    $"line {line} has {s_columns[column]} {DatasetText.Shown(fields[places[column]])}; a number of pixels is needed.");
        }

        return builder;
    }

    private static int[] Places(string file, List<string> header)
    {
        int[] places =
        [
            .. s_columns.Select(column => header.FindIndex(name => name.Trim().Equals(column, StringComparison.OrdinalIgnoreCase))),
        ];
        return places.Min() >= 0 ? places : throw new DetectionDatasetException(
            file, $"its first line is {DatasetText.Shown(string.Join(",", header))}; {string.Join(",", s_columns)} is needed.");
    }
}

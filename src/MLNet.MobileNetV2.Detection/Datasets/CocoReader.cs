using System.Text.Json;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Reads COCO's JSON as it comes: of polygons and masks, which make most of such files, nothing is kept.</summary>
internal static class CocoReader
{
    public static DatasetBuilder Read(string file, DetectionDatasetOptions options, CancellationToken cancellationToken)
    {
        var content = new CocoContent(file);
        using FileStream stream = DatasetText.Open(file);
        using var json = new JsonTokens(stream);
        try
        {
            Read(json, content, cancellationToken);
        }
        catch (JsonException error)
        {
            throw new DetectionDatasetException(file, $"line {error.LineNumber + 1}: it is not valid JSON: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new DetectionDatasetException(file, error.Message, error);
        }

        return content.Join(options.ImageFolder, cancellationToken);
    }

    private static void Read(JsonTokens json, CocoContent content, CancellationToken cancellationToken)
    {
        json.Read();
        if (json.Type != JsonTokenType.StartObject)
        {
            throw content.Fault("the root", "is no object; one with images, annotations and categories is needed");
        }

        while (json.Read() && json.Type == JsonTokenType.PropertyName)
        {
            string name = json.Text();
            json.Read();
            Action<JsonTokens, int>? add = name switch
            {
                "images" => content.AddImage,
                "annotations" => content.AddAnnotation,
                "categories" => content.AddCategory,
                _ => null,
            };
            if (add is null)
            {
                json.Skip();
                continue;
            }

            content.Began(name, json.Type);
            for (int index = 0; json.Read() && json.Type != JsonTokenType.EndArray; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                add(json, index);
            }
        }

        // What follows the object is looked at too.
        json.Read();
    }
}

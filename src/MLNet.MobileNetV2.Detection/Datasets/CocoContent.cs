using System.Globalization;
using System.Text.Json;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>What a COCO file says, in any order, until it is joined. Not thread-safe.</summary>
internal sealed class CocoContent(string file)
{
    // As the challenge names its files: instances_val2017.json has the pictures of the folder val2017.
    private const string FilePrefix = "instances_";

    private static readonly string[] s_needed = ["images", "annotations", "categories"];

    private readonly List<(long Id, string Name)> _categories = [];
    private readonly List<(long Id, string Name, int? Width, int? Height)> _images = [];
    private readonly List<(long Image, long Category, BoundingBox Box, bool IsCrowd)> _annotations = [];
    private readonly HashSet<string> _arrays = [];

    public DetectionDatasetException Fault(string where, string what) => new(file, $"{where} {what}.");

    /// <summary>Notes that one of the three arrays begins.</summary>
    public void Began(string array, JsonTokenType type)
    {
        if (type != JsonTokenType.StartArray || !_arrays.Add(array))
        {
            throw Fault(array, type != JsonTokenType.StartArray ? "is no array" : "is there twice");
        }
    }

    public void AddCategory(JsonTokens json, int index)
    {
        CocoObject item = new(json, "categories", index, this);
        long? id = null;
        string? name = null;
        while (item.Next())
        {
            if (json.Is("id"u8))
            {
                id = item.Whole("id");
            }
            else if (json.Is("name"u8))
            {
                name = item.Text("name");
            }
            else
            {
                item.Skip();
            }
        }

        _categories.Add((item.Need(id, "id"), item.Need(name, "name")));
    }

    public void AddImage(JsonTokens json, int index)
    {
        CocoObject item = new(json, "images", index, this);
        long? id = null;
        string? name = null;
        int? width = null;
        int? height = null;
        while (item.Next())
        {
            if (json.Is("id"u8))
            {
                id = item.Whole("id");
            }
            else if (json.Is("file_name"u8))
            {
                name = item.Text("file_name");
            }
            else if (json.Is("width"u8))
            {
                width = item.Side("width");
            }
            else if (json.Is("height"u8))
            {
                height = item.Side("height");
            }
            else
            {
                item.Skip();
            }
        }

        _images.Add((item.Need(id, "id"), item.Need(name, "file_name"), width, height));
    }

    public void AddAnnotation(JsonTokens json, int index)
    {
        if (_annotations.Count == DatasetBuilder.MostBoxes)
        {
            throw Fault("annotations", $"has more than {DatasetBuilder.MostBoxes} boxes, which is the most that is allowed");
        }

        CocoObject item = new(json, "annotations", index, this);
        long? image = null;
        long? category = null;
        BoundingBox? box = null;
        bool isCrowd = false;
        while (item.Next())
        {
            if (json.Is("image_id"u8))
            {
                image = item.Whole("image_id");
            }
            else if (json.Is("category_id"u8))
            {
                category = item.Whole("category_id");
            }
            else if (json.Is("bbox"u8))
            {
                box = item.Box("bbox");
            }
            else if (json.Is("iscrowd"u8))
            {
                isCrowd = item.Flag("iscrowd");
            }
            else
            {
                item.Skip();
            }
        }

        _annotations.Add((item.Need(image, "image_id"), item.Need(category, "category_id"), item.Need(box, "bbox"), isCrowd));
    }

    /// <summary>Joins annotations with their images and categories.</summary>
    public DatasetBuilder Join(string? imageFolder, CancellationToken cancellationToken)
    {
        string[] missing = [.. s_needed.Except(_arrays)];
        if (missing.Length > 0)
        {
            throw Fault("the object", $"has no {string.Join(" and no ", missing)}; COCO's boxes have images, annotations and categories");
        }

        Dictionary<long, string> labels = Labels();
        string folder = imageFolder ?? FindFolder();
        var builder = new DatasetBuilder(file) { Classes = [.. labels.OrderBy(label => label.Key).Select(label => label.Value)] };
        var images = new Dictionary<long, int>(_images.Count);
        for (int index = 0; index < _images.Count; index++)
        {
            (long id, string name, int? width, int? height) = _images[index];
            string path = DatasetText.ImagePath(folder, name, file, $"images[{index}]");
            if (!images.TryAdd(id, builder.AddImage(path, width, height)))
            {
                throw Fault($"images[{index}]", string.Create(CultureInfo.InvariantCulture, $"has the id {id}, which another image has"));
            }
        }

        for (int index = 0; index < _annotations.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (long imageId, long category, BoundingBox box, bool isCrowd) = _annotations[index];
            int image = images.TryGetValue(imageId, out int found) ? found : throw Fault(
                $"annotations[{index}]",
                string.Create(CultureInfo.InvariantCulture, $"has the image_id {imageId}, which no image has as its id"));
            string label = labels.TryGetValue(category, out string? name) ? name : DatasetBuilder.Unknown(category);
            builder.AddBox(image, new(label, box) { IsCrowd = isCrowd });
        }

        return builder;
    }

    private Dictionary<long, string> Labels()
    {
        var labels = new Dictionary<long, string>();
        for (int index = 0; index < _categories.Count; index++)
        {
            if (!labels.TryAdd(_categories[index].Id, _categories[index].Name))
            {
                throw Fault(
                    $"categories[{index}]",
                    string.Create(CultureInfo.InvariantCulture, $"has the id {_categories[index].Id}, which another category has"));
            }
        }

        return labels;
    }

    private string FindFolder()
    {
        string beside = Path.GetDirectoryName(file)!;
        List<string> folders = [beside, Path.Join(beside, "images")];
        if (Path.GetFileName(Path.GetFullPath(beside.Length == 0 ? "." : beside)).Equals("annotations", StringComparison.OrdinalIgnoreCase))
        {
            string above = Path.Join(beside, "..");
            string stem = Path.GetFileNameWithoutExtension(file);
            string split = stem.StartsWith(FilePrefix, StringComparison.Ordinal) ? stem[FilePrefix.Length..] : stem;
            folders.AddRange([above, Path.Join(above, split), Path.Join(above, "images"), Path.Join(above, "images", split)]);
        }

        // The first picture that is there tells; where none is, the first folder is named in what follows.
        return _images.Select((image, index) => folders.Find(
                folder => File.Exists(DatasetText.ImagePath(folder, image.Name, file, $"images[{index}]"))))
            .FirstOrDefault(folder => folder is not null) ?? beside;
    }
}
